/** The contract of Google's sign-in in Node: all of it against the stand-in, and the real Google where a client is given. */
import { once } from 'node:events';
import { afterAll, describe } from 'vitest';
import { nodeServer } from '#dev/stand-in/node-server.ts';
import { createStandIn, LOCAL_CLIENT } from '#dev/google/stand-in.ts';
import { type GoogleSettings, readGoogle } from '#shared/core/settings/neighbours.ts';
import { sharedContract, standInContract } from './google.contract.ts';

const redirectUri = 'http://localhost:8787/api/auth/google/callback';

/** The settings as the app reads them. */
function settingsOf(environment: Record<string, string>): GoogleSettings {
  const settings = readGoogle(environment, false, []);
  if (settings === null) throw new Error('No client is configured');
  return settings;
}

const standIn = createStandIn();
let keysFetched = 0;
const server = nodeServer((request) => {
  if (new URL(request.url).pathname === '/oauth2/v3/certs') keysFetched += 1;
  return standIn.fetch(request);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

describe('the stand-in for Google', () => {
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const settings = settingsOf({
    GOOGLE_CLIENT_ID: LOCAL_CLIENT.id,
    GOOGLE_CLIENT_SECRET: LOCAL_CLIENT.secret,
    GOOGLE_BASE_URL: `http://localhost:${port}`,
  });
  const tell = async (...actions: ReadonlyArray<Record<string, unknown>>): Promise<void> => {
    const told = await standIn.control.act(actions);
    if (!told.ok) throw new Error(told.problem);
  };
  sharedContract({ settings, redirectUri });
  standInContract({ settings, redirectUri }, { tell, keysFetched: () => keysFetched });
});

const clientId = process.env['CONTRACT_GOOGLE_CLIENT_ID'] ?? '';
const clientSecret = process.env['CONTRACT_GOOGLE_CLIENT_SECRET'] ?? '';
describe.skipIf(clientId === '' || clientSecret === '')('the real Google', { timeout: 30_000 }, () => {
  // Read also where nothing runs: a skipped suite is still put together.
  const settings = settingsOf({
    GOOGLE_CLIENT_ID: clientId || 'none',
    GOOGLE_CLIENT_SECRET: clientSecret || 'none',
  });
  sharedContract({ settings, redirectUri });
});
