/**
 * Secrets and words are planted where they belong, the app is driven through its successes and its failures, and then
 * everything that could have leaked is read: each log line, each problem, the whole database, the storage of the
 * objects, and the export of somebody else.
 */
import { neon } from '@neondatabase/serverless';
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { newcomer, ORIGIN, TestBrowser } from '#worker/test-browser.ts';
import { FakeServers, listingOf } from '../workers/fake-servers.ts';
import { Visitor } from '../workers/google-visitor.ts';
import { mailTo } from '../workers/mailbox.ts';
import { standIn } from '../workers/stand-in.ts';
import { Talk } from '../workers/talk.ts';

afterEach(() => vi.restoreAllMocks());

/** Everything the app printed, and the body of every answer that was not a success. */
function listen() {
  const printed: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      printed.push(parts.map(String).join(' '));
    });
  const problems: string[] = [];
  const fetch = async (request: Request) => {
    const { exports } = await import('cloudflare:workers');
    const response = await exports.default.fetch(request);
    if (response.status >= 400) problems.push(await response.clone().text());
    return response;
  };
  return { printed, problems, fetch };
}

/** Every row of every table of the database, by table. */
async function dump(): Promise<Record<string, string>> {
  const sql = neon(env.DATABASE_URL);
  const tables = await sql.query(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  const rows: Record<string, string> = {};
  for (const { table_name: table } of z.array(z.object({ table_name: z.string() })).parse(tables)) {
    const all = await sql.query(`select to_jsonb(t)::text as row from "${table}" t`);
    rows[table] = all.map(({ row }) => String(row)).join('\n');
  }
  return rows;
}

/** Every row of every table of an object. */
const storageOf = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_instance, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
      )
      .toArray();
    return tables
      .map(({ name }) => JSON.stringify(storage.sql.exec(`SELECT * FROM "${name}"`).toArray()))
      .join('\n');
  });

/** Signs in with Google, and answers the tokens that the provider gave the app. */
async function throughGoogle(): Promise<{ id_token: string; access_token: string }> {
  const given: string[] = [];
  const reach = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await reach(input, init);
    const { url } = input instanceof Request ? input : new Request(input);
    if (url.endsWith('/token')) given.push(await response.clone().text());
    return response;
  };
  try {
    await new Visitor().come({ email: `${uuidv4()}@example.com` });
  } finally {
    globalThis.fetch = reach;
  }
  return z.object({ id_token: z.string(), access_token: z.string() }).parse(JSON.parse(given[0] ?? ''));
}

it('keeps planted secrets and words where they belong', async () => {
  const { printed, problems, fetch } = listen();
  await standIn.hurry();
  const ada = await newcomer();
  const other = await newcomer();
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    ada.call(method, path, {
      fetch,
      ...(body === undefined ? {} : { body }),
      ...(headers ? { headers } : {}),
    });
  const read = async (response: Response) => z.looseObject({}).parse(await response.json());
  const words = `words-${uuidv4()}`;

  const key = z
    .object({ secret: z.string() })
    .parse(
      await read(await call('POST', '/api/api-keys', { name: 'script', scopes: ['read', 'write'] })),
    ).secret;
  const talk = await Talk.begin(ada, `${words} and nothing else`);
  await (await talk.watch()).ended();
  const { ticket } = z.object({ ticket: z.string() }).parse(await read(await call('POST', '/api/me/ticket')));
  const verify = (await mailTo(ada.email, 'Confirm')).token;
  await call('POST', '/api/auth/reset', { email: ada.email });
  const reset = (await mailTo(ada.email, 'password')).token;
  const ceremony = z
    .object({ options: z.object({ challenge: z.string() }), token: z.string() })
    .parse(await read(await call('POST', '/api/passkeys/options')));

  const provider = await throughGoogle();
  const bearer = `bearer-of-a-connection-${uuidv4()}`;
  const servers = new FakeServers();
  const server = `https://${uuidv4()}.example.com/mcp`;
  servers.set(server, listingOf('search'), bearer);
  const connected = z
    .object({ connection: z.object({ id: z.string() }) })
    .parse(
      await read(
        await call('POST', '/api/connections', { url: server, auth: { type: 'bearer', token: bearer } }),
      ),
    ).connection.id;
  // It is used, refused, replaced by itself, and listed.
  await call('POST', `/api/connections/${connected}/check`);
  servers.set(server, 'unauthorized');
  await call('PATCH', `/api/connections/${connected}`, { token: bearer });
  await call('POST', `/api/connections/${connected}/check`);
  const shown = await (await call('GET', '/api/connections')).text();

  const secrets: Record<string, string> = {
    password: ada.password,
    'access token': ada.accessToken ?? '',
    'refresh token': ada.cookie ?? '',
    'API key': key,
    'verification token': verify ?? '',
    'reset token': reset ?? '',
    'WebSocket ticket': ticket,
    'signed challenge': ceremony.token,
    'ID token of the provider': provider.id_token,
    'access token of the provider': provider.access_token,
    'token of a connection': bearer,
    'model key': env.ANTHROPIC_API_KEY || 'demo-model',
    'signing secret': env.AUTH_SECRET,
    'vault key': env.VAULT_KEYS.split(':')[1] ?? '',
    'mail key': env.RESEND_API_KEY,
    'Google client secret': env.GOOGLE_CLIENT_SECRET,
  };
  for (const [name, secret] of Object.entries(secrets))
    expect([name, secret.length > 8]).toEqual([name, true]);

  // Each secret, and the words, in every place where somebody could put them by mistake.
  for (const secret of [...Object.values(secrets), words]) {
    await call('POST', '/api/auth/sign-in', { email: secret, password: secret, extra: secret });
    await call('POST', '/api/auth/sign-in', { email: `${uuidv4()}@example.com`, password: secret });
    await call('POST', '/api/auth/sign-in', secret);
    await call('PATCH', '/api/me', { timezone: secret, [secret]: secret });
    await call('GET', `/api/conversations/${encodeURIComponent(secret)}`);
    await call(
      'GET',
      `/api/conversations?cursor=${encodeURIComponent(secret)}&limit=${encodeURIComponent(secret)}`,
    );
    await call('POST', '/api/auth/reset/confirm', {
      // Not the token itself: it would work.
      token: `${secret}x`.slice(0, 200),
      password: secret.padEnd(12, 'x').slice(0, 200),
    });
    await call('GET', `/api/${encodeURIComponent(secret)}`);
    await call('POST', '/api/connections', { url: secret, [secret]: secret });
    await call('PATCH', `/api/connections/${connected}`, { token: { [secret]: secret } });
    await call('PATCH', '/api/tools', { settings: { [secret]: 'off' } });
    await call('PATCH', '/api/tools', { reviewed: [{ key: secret, hash: secret }] });
    await call('GET', '/api/me', undefined, { authorization: `Bearer ${secret}x`, 'x-extra': secret });
    await call('GET', '/api/me', undefined, { authorization: secret });
    await call('POST', '/api/auth/refresh', undefined, { cookie: `__Host-refresh=${secret}` });
    await call('POST', '/api/auth/refresh', { refreshToken: secret }, { origin: ORIGIN });
    await call('GET', `/api/me/events?ticket=${encodeURIComponent(`${secret}x`)}`, undefined, {
      upgrade: 'websocket',
    });
    await ada.call('POST', '/api/auth/sign-in', {
      fetch,
      raw: `{"email": "${secret}`,
      headers: { 'content-type': 'application/json' },
    });
  }
  // While the database is away, too: its errors carry statements and values.
  const address = env.DATABASE_URL;
  env.DATABASE_URL = 'postgresql://postgres:database-password-in-the-address@localhost:1/app';
  await new TestBrowser().enter('sign-up', { fetch });
  await ada.enter('sign-in', { fetch });
  await call('GET', `/api/conversations?q=${words}`);
  await talk.say(`${words} again`);
  env.DATABASE_URL = address;

  const everything = {
    log: printed.join('\n'),
    problems: problems.join('\n'),
    database: Object.values(await dump()).join('\n'),
    'the user’s object': await storageOf(env.USER.getByName(ada.userId)),
    'the conversation’s object': await storageOf(env.CONVERSATION.getByName(talk.id)),
    'another’s export': new TextDecoder('latin1').decode(
      await (await other.call('GET', '/api/export')).arrayBuffer(),
    ),
  };
  const mine = new TextDecoder('latin1').decode(await (await call('GET', '/api/export')).arrayBuffer());
  expect(mine).toContain(connected);
  for (const [place, text] of Object.entries({ shown, mine }))
    expect({ place, leaked: text.includes(bearer) }).toEqual({ place, leaked: false });
  expect(printed.length).toBeGreaterThan(50);
  expect(problems.length).toBeGreaterThan(50);
  for (const [place, text] of Object.entries(everything))
    for (const [name, secret] of Object.entries({ ...secrets, database: 'database-password-in-the-address' }))
      expect({ place, name, leaked: text.includes(secret) }).toEqual({ place, name, leaked: false });

  // The words stand where messages are, and nowhere else.
  for (const place of ['log', 'problems', 'the user’s object', 'another’s export'] as const) {
    const found = everything[place].includes(words);
    const allowed = place === 'the user’s object'; // the registry shows a preview in the list
    expect({ place, leaked: found && !allowed }).toEqual({ place, leaked: false });
  }
  const tables = Object.entries(await dump()).filter(([, rows]) => rows.includes(words));
  expect(
    tables.map(([table]) => table).filter((table) => !['messages', 'conversations'].includes(table)),
  ).toEqual([]);
});
