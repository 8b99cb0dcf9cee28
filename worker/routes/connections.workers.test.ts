import { env } from 'cloudflare:workers';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { user } from '#durable-objects/user/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { toolCalls } from '#shared/protocol/tool-calls.ts';
import { effect, file, memory, rule } from '#test/workers/desk.ts';
import { opened } from '#test/workers/export-archive.ts';
import { FakeServers, listingOf } from '#test/workers/fake-servers.ts';
import { unzip } from '#test/workers/unzip.ts';
import { newcomer, problemOf, type TestBrowser } from '../test-browser.ts';

const TOKEN = 'token-that-nobody-may-see';

let servers: FakeServers;
let url: string;

beforeEach(() => {
  Object.assign(env, { DEMO_TOOLS_URL: '' });
  servers = new FakeServers();
  url = `https://${uuidv4()}.example.com/mcp`;
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Given {
  ids?: Record<string, string>;
  query?: string;
  body?: unknown;
}

async function done(
  browser: TestBrowser,
  { method, path, status }: { method: string; path: string; status: number },
  { ids = {}, query = '', body }: Given = {},
): Promise<Response> {
  const filled = path.replace(/:(\w+)/g, (_all, name: string) => ids[name] ?? name);
  const response = await browser.call(method, `${filled}${query}`, body === undefined ? {} : { body });
  if (response.status !== status) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}

/** Calls, and reads the answer as the table says it is. */
async function told<Reply extends z.ZodMiniType>(
  browser: TestBrowser,
  call: { method: string; path: string; status: number; reply?: Reply },
  given: Given = {},
): Promise<z.infer<Reply>> {
  if (call.reply === undefined) throw new Error(`${call.path} says nothing`);
  return call.reply.parse(await (await done(browser, call, given)).json());
}

it('connects, checks, renames, gives a new token and disconnects over HTTP', async () => {
  const ada = await newcomer();
  servers.set(url, listingOf('search'), TOKEN);
  const auth = { type: 'bearer', token: TOKEN };
  const body = { url, name: 'Notes', auth };
  const { connection } = await told(ada, toolCalls.createConnection, { body });
  expect(connection).toMatchObject({ slug: 'notes', status: 'connected' });
  expect((await told(ada, toolCalls.listConnections)).items).toEqual([connection]);
  expect((await told(ada, toolCalls.connectionCatalog)).items).toMatchObject([
    { slug: 'github', connected: null },
  ]);
  const ids = { connectionId: connection.id };
  expect((await told(ada, toolCalls.checkConnection, { ids })).connection.status).toBe('connected');
  const named = await told(ada, toolCalls.updateConnection, { ids, body: { name: 'My notes' } });
  expect(named.connection).toMatchObject({ name: 'My notes', slug: 'notes' });
  servers.set(url, listingOf('search'), 'second');
  const again = await told(ada, toolCalls.checkConnection, { ids });
  expect(again.connection).toMatchObject({ status: 'needs_reconnect', problem: 'unauthorized' });
  await told(ada, toolCalls.updateConnection, { ids, body: { token: 'second' } });

  const key = `${connection.id}/search`;
  const [tool] = connection.tools;
  const reviewed = [{ key, hash: tool?.hash }];
  const updated = await told(ada, toolCalls.updateTools, {
    body: { settings: { [key]: 'auto', recall: 'off' }, reviewed },
  });
  expect(updated.connections[0]?.tools).toMatchObject([{ setting: 'auto', review: 'reviewed' }]);
  expect(updated.items.find(({ name }) => name === 'recall')).toMatchObject({ verdict: 'deny' });
  expect((await told(ada, toolCalls.listTools)).items).toEqual(updated.items);

  await done(ada, toolCalls.removeConnection, { ids });
  expect((await told(ada, toolCalls.listConnections)).items).toEqual([]);
  const lines = (await user(env, ada.userId).audit({}))?.items ?? [];
  expect(lines.slice(0, 4).map(({ action, device }) => [action, device])).toEqual(
    ['connection_removed', 'tool_set_auto', 'connection_token_changed', 'connection_added'].map((action) => [
      action,
      'Unknown device',
    ]),
  );
});

it('refuses with a code that says why, and keeps nothing', async () => {
  const ada = await newcomer();
  const post = async (body: unknown) => {
    const response = await ada.call('POST', '/api/connections', { body });
    const detail = z.looseObject({}).parse(await response.clone().json())['detail'];
    return [...(await problemOf(response)), detail];
  };
  servers.set(url, 'timeout');
  expect(await post({ url })).toEqual([422, 'connection_failed', 'timeout']);
  servers.set(url, listingOf('a'), TOKEN);
  expect(await post({ url, auth: { type: 'bearer', token: 'wrong-token' } })).toEqual([
    422,
    'connection_failed',
    'unauthorized',
  ]);
  expect(await post({ url: 'https://169.254.169.254/latest' })).toEqual([
    422,
    'connection_failed',
    'address_refused',
  ]);
  servers.set(url, listingOf('a'));
  await ada.call('POST', '/api/connections', { body: { url } });
  expect((await post({ url })).slice(0, 2)).toEqual([409, 'connection_exists']);
  expect((await post({ slug: 'nothing' })).slice(0, 2)).toEqual([404, 'not_found']);
  for (const bad of [{ url, more: 1 }, { url: 5 }, { url, auth: { type: 'oauth' } }, { url, name: ' ' }])
    expect((await post(bad)).slice(0, 2)).toEqual([400, 'bad_request']);
  expect((await told(ada, toolCalls.listConnections)).items).toHaveLength(1);

  const patch = async (body: unknown) => problemOf(await ada.call('PATCH', '/api/tools', { body }));
  expect(await patch({ settings: { no_such_tool: 'off' } })).toEqual([404, 'not_found']);
  expect(await patch({ settings: { recall: 'always' } })).toEqual([400, 'bad_request']);
  expect(await patch({ settings: { web_search: 'ask' } })).toEqual([400, 'bad_request']);
  expect(await patch({ reviewed: [{ key: 'recall', hash: 'x' }] })).toEqual([409, 'call_changed']);
  const unknown = `/api/connections/${uuidv7()}`;
  expect(await problemOf(await ada.call('DELETE', unknown))).toEqual([404, 'not_found']);
  expect(await problemOf(await ada.call('POST', `${unknown}/check`))).toEqual([404, 'not_found']);
});

it('reviews every tool of a large server in one request', async () => {
  const ada = await newcomer();
  const names = Array.from({ length: 256 }, (_, number) => `${'x'.repeat(120)}_${number}`);
  servers.set(url, listingOf(...names));
  const { connection } = await told(ada, toolCalls.createConnection, { body: { url } });
  const reviewed = connection.tools.map(({ key, hash }) => ({ key, hash }));
  const { connections } = await told(ada, toolCalls.updateTools, { body: { reviewed } });
  expect(new Set(connections[0]?.tools.map(({ review }) => review))).toEqual(new Set(['reviewed']));
});

it('asks for proof of presence before a server is added or gets another token', async () => {
  const ada = await newcomer();
  servers.set(url, listingOf('a'));
  const { connection } = await told(ada, toolCalls.createConnection, { body: { url } });
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(clock.now() + 9 * 60_000);
  await ada.enter('refresh');
  vi.setSystemTime(clock.now() + 8 * 60_000);
  const path = `/api/connections/${connection.id}`;
  const other = { body: { url: `${url}/other` } };
  expect((await problemOf(await ada.call('POST', '/api/connections', other)))[0]).toBe(403);
  expect((await problemOf(await ada.call('PATCH', path, { body: { token: 'x' } })))[0]).toBe(403);
  expect(servers.asked).toHaveLength(1);
  expect((await ada.call('DELETE', path)).status).toBe(204);
});

it('lets an API key read, and neither connect nor say what tools may do', async () => {
  const ada = await newcomer();
  servers.set(url, listingOf('a'));
  const { connection } = await told(ada, toolCalls.createConnection, { body: { url } });
  const made = await ada.call('POST', '/api/api-keys', { body: { name: 'x', scopes: ['read', 'write'] } });
  const { secret } = z.object({ secret: z.string() }).parse(await made.json());
  const call = (method: string, path: string, body?: unknown) =>
    ada.call(method, path, {
      headers: { authorization: `Bearer ${secret}`, cookie: '' },
      ...(body === undefined ? {} : { body }),
    });
  for (const path of ['connections', 'connections/catalog', 'tools', 'rules', 'memory', 'effects', 'inbox'])
    expect([path, (await call('GET', `/api/${path}`)).status]).toEqual([path, 200]);
  const path = `/api/connections/${connection.id}`;
  const refused: ReadonlyArray<[string, string, unknown?]> = [
    ['POST', '/api/connections', { url }],
    ['PATCH', path, { name: 'x' }],
    ['DELETE', path],
    ['POST', `${path}/check`],
    ['PATCH', '/api/tools', { settings: { recall: 'off' } }],
  ];
  for (const [method, where, body] of refused)
    expect([where, await problemOf(await call(method, where, body))]).toEqual([where, [403, 'session_only']]);
});

it('shows and changes rules, memory and effects over HTTP', async () => {
  const ada = await newcomer();
  const desk = user(env, ada.userId);
  const granted = rule({ until: new Date(clock.now() + 60_000).toISOString() });
  await desk.addRule(granted);
  expect((await told(ada, toolCalls.listRules)).items).toMatchObject([{ id: granted.id, usedToday: 0 }]);
  await done(ada, toolCalls.removeRule, { ids: { ruleId: granted.id } });
  expect((await told(ada, toolCalls.listRules)).items).toEqual([]);
  const again = await ada.call('DELETE', `/api/rules/${granted.id}`);
  expect(await problemOf(again)).toEqual([404, 'not_found']);

  const kept = await desk.remember(memory('Likes tea', { outside: true }));
  if (!kept.ok) throw new Error(kept.code);
  const ids = { memoryId: kept.id };
  const changed = await told(ada, toolCalls.updateMemory, { ids, body: { text: ' Likes coffee ' } });
  expect(changed.memory).toMatchObject({ text: 'Likes coffee', outside: false });
  const tooLong = { body: { text: 'x'.repeat(2_001) } };
  expect(await problemOf(await ada.call('PATCH', `/api/memory/${kept.id}`, tooLong))).toEqual([
    400,
    'bad_request',
  ]);
  await desk.remember(memory('Second'));
  await done(ada, toolCalls.removeMemory, { ids });
  expect(await problemOf(await ada.call('DELETE', `/api/memory/${kept.id}`))).toEqual([404, 'not_found']);
  expect((await told(ada, toolCalls.listMemory)).items.map(({ text }) => text)).toEqual(['Second']);
  await done(ada, toolCalls.clearMemory);
  expect((await told(ada, toolCalls.listMemory)).items).toEqual([]);

  const now = new Date(clock.now()).toISOString();
  const lines = [effect({ at: now }), effect({ at: now })];
  await desk.recordEffects(lines);
  const first = await told(ada, toolCalls.listEffects, { query: '?limit=1' });
  const second = await told(ada, toolCalls.listEffects, { query: `?limit=1&cursor=${first.nextCursor}` });
  expect(second.nextCursor).toBeNull();
  expect([...first.items, ...second.items].map(({ callId }) => callId).toSorted()).toEqual(
    lines.map(({ callId }) => callId).toSorted(),
  );
  const query = `?conversationId=${lines[0]?.conversationId}`;
  expect((await told(ada, toolCalls.listEffects, { query })).items).toMatchObject([
    { callId: lines[0]?.callId },
  ]);
  expect(await problemOf(await ada.call('GET', '/api/effects?cursor=x'))).toEqual([400, 'bad_request']);
});

it('takes all of it along in the export, and no token', async () => {
  const ada = await newcomer();
  const desk = user(env, ada.userId);
  servers.set(url, listingOf('search'), TOKEN);
  const auth = { type: 'bearer', token: TOKEN };
  const { connection } = await told(ada, toolCalls.createConnection, { body: { url, auth } });
  const granted = rule({ until: new Date(clock.now() + 60_000).toISOString() });
  await desk.addRule(granted);
  await desk.remember(memory('Likes tea'));
  const kept = file({ createdAt: new Date(clock.now()).toISOString() });
  await desk.addFile(kept);
  // More than a page of the list.
  const at = new Date(clock.now()).toISOString();
  await desk.recordEffects(Array.from({ length: 201 }, () => effect({ at })));
  const sealed = (await desk.kit())?.connections[0]?.sealed ?? '';

  const response = await ada.call('GET', '/api/export');
  const made = opened(unzip(new Uint8Array(await response.arrayBuffer())));
  expect(made.json('connections.json')).toEqual({ items: [connection] });
  expect(made.json('tools.json')).toEqual({ items: (await told(ada, toolCalls.listTools)).items });
  expect(made.json('rules.json')).toMatchObject({ items: [{ id: granted.id }] });
  expect(made.json('memory.json')).toMatchObject({ items: [{ text: 'Likes tea' }] });
  expect(made.json('files.json')).toMatchObject({ items: [{ id: kept.id, name: 'notes.txt' }] });
  const effects = z.object({ items: z.array(z.unknown()) }).parse(made.json('effects.json'));
  expect(effects.items).toHaveLength(201);
  expect(sealed).not.toBe('');
  for (const secret of [TOKEN, sealed]) expect(made.all).not.toContain(secret);
});
