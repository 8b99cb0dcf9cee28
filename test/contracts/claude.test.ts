/** The contract of the Messages API in Node: all of it against the stand-in, and the real API where there is a key. */
import { once } from 'node:events';
import { nodeServer } from '#dev/stand-in/node-server.ts';
import { NO_PACE } from '#dev/claude/reply/pace.ts';
import { createStandIn } from '#dev/claude/stand-in.ts';
import { afterAll, describe } from 'vitest';
import { messagesContract } from './claude.contract.ts';

const server = nodeServer(createStandIn({ pace: NO_PACE }).fetch).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

describe('the stand-in for Claude', () => {
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  messagesContract({ baseURL: `http://127.0.0.1:${port}`, apiKey: 'any key will do', real: false });
});

const apiKey = process.env['CONTRACT_ANTHROPIC_API_KEY'] ?? '';
describe.skipIf(apiKey === '')('the real Messages API', { timeout: 60_000 }, () => {
  messagesContract({ baseURL: 'https://api.anthropic.com', apiKey, real: true });
});
