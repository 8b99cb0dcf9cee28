/** What the servers offer, as the official client sees it over HTTP, in both protocol eras. */
import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import type { Progress } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { serveTools, words } from './testing.ts';

const eras = ['modern', 'legacy'] as const;
const versions = { modern: '2026-07-28', legacy: '2025-11-25' };

it.each(eras)('serves all tools of %s in pages, in its own revision, and says what it is', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era);
  expect(client.getNegotiatedProtocolVersion()).toBe(versions[era]);
  expect(client.getServerVersion()?.title).toMatch(/^Test server/);
  const { tools: all } = await client.listTools();
  const first = await client.request({ method: 'tools/list', params: {} });
  expect([first.tools.length, first.nextCursor]).toEqual([5, '5']);
  expect(all.map(({ name }) => name).toSorted()).toEqual(
    (
      'add ask_name bad_json bad_shape big change_tools crash delete_note drop ' +
      'echo fails hang image read_notes resource send_message slow write_note'
    ).split(' '),
  );
  for (const cursor of ['7', '-5', 'x', '500'])
    await expect(client.request({ method: 'tools/list', params: { cursor } })).rejects.toThrow(
      'No such cursor',
    );
  await expect(client.callTool({ name: 'nothing' })).rejects.toThrow('Tool nothing not found');
  expect(await client.callTool({ name: 'echo', arguments: { text: 1 } })).toMatchObject({ isError: true });
  expect(await client.callTool({ name: 'echo', arguments: { text: 'a', more: 1 } })).toMatchObject({
    isError: true,
  });
});

it.each(eras)('answers with text, structure, images, resources and failures (%s)', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era);
  await client.listTools();
  const call = (name: string, args: Record<string, unknown> = {}) =>
    client.callTool({ name, arguments: args });
  expect(words(await call('echo', { text: 'hello' }))).toBe('hello');
  expect((await call('add', { a: 1, b: 2 })).structuredContent).toEqual({ sum: 3 });
  expect((await call('image')).content[1]).toMatchObject({ type: 'image', mimeType: 'image/png' });
  expect((await call('resource')).content.map(({ type }) => type)).toEqual(['resource', 'resource_link']);
  expect(await call('fails')).toMatchObject({ isError: true });
  expect(words(await call('big')).length).toBe(5_000_000);
  expect(words(await call('big', { bytes: 1_001 })).length).toBe(1_001);
  await expect(call('bad_shape')).rejects.toThrow(/output schema|structured content/i);
  expect(await tools.effects()).toEqual([]);
});

it.each(eras)('tells progress, and lets a call be cancelled (%s)', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era);
  const steps: string[] = [];
  const onprogress = ({ progress, total }: Progress) => void steps.push(`${progress} of ${total}`);
  await client.callTool({ name: 'slow', arguments: { ms: 4 } }, { onprogress });
  expect(steps).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
  await tools.control({ action: 'hold', tool: 'hang' });
  const gone = new AbortController();
  const hanging = client.callTool({ name: 'hang' }, { signal: gone.signal });
  await tools.control({ action: 'await', held: 1 });
  gone.abort();
  await expect(hanging).rejects.toThrow('aborted');
  expect(words(await client.callTool({ name: 'echo', arguments: { text: 'on' } }))).toBe('on');
});

it.each(eras)('breaks on the wire where a tool says so; what was dropped was done (%s)', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era);
  await expect(client.callTool({ name: 'bad_json' })).rejects.toThrow('JSON');
  await expect(client.callTool({ name: 'crash' })).rejects.toThrow('Crashed for a test');
  expect(await tools.effects()).toEqual([]);
  await tools.control({ action: 'hold', tool: 'drop' });
  let problem = '';
  const lost = client
    .callTool({ name: 'drop', arguments: { text: 'gone' } })
    .catch((error: unknown) => void (problem = String(error)));
  await tools.control({ action: 'await', held: 1 });
  expect([problem, await tools.effects()]).toEqual(['', []]);
  await tools.control({ action: 'release' });
  await lost;
  expect(problem).toContain('terminated');
  expect(await tools.effects()).toEqual([['drop', { text: 'gone' }]]);
  expect(words(await client.callTool({ name: 'echo', arguments: { text: 'still here' } }))).toBe(
    'still here',
  );
});

it.each(eras)('writes each execution into the ledger, and once for a key (%s)', async (era) => {
  const now = Date.UTC(2026, 10, 24);
  await using tools = await serveTools({ now: () => now });
  const client = await tools.connect(era);
  const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
  const keyed = { text: 'one', idempotency_key: 'k1' };
  expect(words(await call('write_note', keyed))).toBe('Note written: one');
  expect(words(await call('write_note', keyed))).toBe('Note written: one');
  expect(await call('write_note', { ...keyed, text: 'two' })).toMatchObject({ isError: true });
  await call('write_note', { text: 'one' });
  await call('send_message', { to: 'bob', text: 'hi' });
  expect(words(await call('read_notes', {}))).toBe('n1  one\nn2  one');
  await call('delete_note', { id: 'n1' });
  expect(words(await call('read_notes', {}))).toBe('n2  one');
  const at = '2026-11-24T00:00:00.000Z';
  const line = { at, server: era, key: null };
  expect((await tools.ledger()).effects).toEqual([
    { ...line, id: 1, tool: 'write_note', args: { text: 'one' }, key: 'k1' },
    { ...line, id: 2, tool: 'write_note', args: { text: 'one' }, duplicateOf: 1 },
    { ...line, id: 3, tool: 'send_message', args: { to: 'bob', text: 'hi' } },
    { ...line, id: 4, tool: 'delete_note', args: { id: 'n1' } },
  ]);
});

it.each(eras)('asks the person in mid-call, and goes on with the answer (%s)', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era, {
    answer: () => ({ action: 'accept', content: { name: 'Ada' } }),
  });
  expect(words(await client.callTool({ name: 'ask_name' }))).toBe('Hello Ada.');
  expect(await tools.effects()).toEqual([['ask_name', { name: 'Ada' }]]);
  const shy = await tools.connect(era, { answer: () => ({ action: 'decline' }) });
  expect(await shy.callTool({ name: 'ask_name' })).toMatchObject({ isError: true });
  const answered = (await tools.ledger()).calls.some(({ method }) => method === 'answer');
  expect(answered).toBe(era === 'legacy');
  // Whoever cannot ask is told so, and nothing happens.
  const mute = await tools.connect(era);
  const refused = await mute.callTool({ name: 'ask_name' }).catch(() => ({ isError: true }));
  expect(refused.isError).toBe(true);
  expect(await tools.effects()).toHaveLength(1);
});

it('takes an answer only with the state that it gave out', async () => {
  await using tools = await serveTools();
  const client = await tools.connect('modern', { answer: () => ({ action: 'cancel' }) });
  const ask = (more: object) =>
    client.request({ method: 'tools/call', params: { name: 'ask_name', ...more } });
  const inputResponses = { name: { action: 'accept', content: { name: 'Eve' } } };
  expect(await ask({ inputResponses })).toMatchObject({ isError: true });
  await expect(ask({ inputResponses, requestState: 'made up' })).rejects.toThrow('requestState');
  expect(await tools.effects()).toEqual([]);
});

it.each(eras)('tells everybody who listens when its tools change (%s)', async (era) => {
  await using tools = await serveTools();
  const told = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const listener = await tools.connect(era, { changed: () => told.shift()?.resolve() });
  const other = await tools.connect(era);
  const descriptionOf = async (name: string) =>
    (await listener.listTools(undefined, { cacheMode: 'refresh' })).tools.find((tool) => tool.name === name)
      ?.description;
  const [byTool, byControl] = told;
  await other.callTool({ name: 'change_tools' });
  await byTool?.promise;
  expect(await descriptionOf('echo')).toMatch(/loudly/);
  const annotations = { destructiveHint: true };
  await tools.control({
    action: 'redefine',
    server: era,
    tool: 'add',
    description: 'Subtracts.',
    annotations,
  });
  await byControl?.promise;
  expect(await descriptionOf('add')).toBe('Subtracts.');
});

it('keeps sessions apart from those that were ended or never were', async () => {
  await using tools = await serveTools();
  const legacy = await tools.connect('legacy');
  const send = (headers: Record<string, string>, method = 'tools/list') =>
    fetch(`${tools.origin}/s/test/legacy/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} }),
    });
  expect((await send({})).status).toBe(400);
  expect((await send({ 'mcp-session-id': 'made-up' })).status).toBe(404);
  expect((await send({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await send({ 'content-type': 'text/plain' })).status).toBe(415);
  await tools.control({ action: 'reset' });
  await expect(legacy.listTools()).rejects.toThrow('Session not found');
  // Without sessions a page of the older revisions is refused, not served.
  const old = await fetch(`${tools.origin}/s/test/modern/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  expect([old.status, await old.json()]).toMatchObject([400, { error: { message: /protocol version/i } }]);
});

it('has a mailbox in which the example flows find what they need', async () => {
  await using tools = await serveTools();
  const mail = await tools.connect('mail');
  const call = (name: string, args: Record<string, unknown>) => mail.callTool({ name, arguments: args });
  await mail.listTools();
  const found = await call('search_mail', { query: 'american receipt' });
  expect(found.structuredContent).toMatchObject({
    mails: [{ id: 'm1', from: expect.stringContaining('American Airlines') }],
  });
  expect(words(await call('read_mail', { id: 'm1' }))).toMatch(/QXJKWP.*USD 730\.40/s);
  expect(words(await call('search_mail', { query: 'rebecca@example.com' }))).toMatch(/^m2 .*\nm14 /);
  expect(await call('read_mail', { id: 'm99' })).toMatchObject({ isError: true });
  expect(await call('archive_mail', { id: 'm99' })).toMatchObject({ isError: true });
  await call('archive_mail', { id: 'm1' });
  expect(words(await call('search_mail', { query: 'QXJKWP' }))).toBe('No mail found.');
  const draft = { to: 'rebecca@example.com', subject: 'Receipt', body: 'QXJKWP' };
  await call('create_draft', draft);
  for (let time = 0; time < 2; time += 1) await call('send_mail', { ...draft, idempotency_key: 'k' });
  expect(await tools.effects()).toEqual([
    ['archive_mail', { id: 'm1' }],
    ['create_draft', draft],
    ['send_mail', draft],
  ]);
});

it('has 247 photos of Japan in October 2024, and shows them', async () => {
  await using tools = await serveTools();
  const photos = await tools.connect('photos');
  await photos.listTools();
  const search = async (args: Record<string, unknown>) =>
    (await photos.callTool({ name: 'search_photos', arguments: args })).structuredContent;
  const october = { from: '2024-10-01', to: '2024-10-31' };
  expect(await search({ place: 'japan', ...october })).toMatchObject({ count: 247 });
  expect(await search({ query: 'Kyoto 2024-10' })).toMatchObject({ count: 62 });
  expect(await search({ place: 'Norway' })).toMatchObject({ count: 61 });
  expect(await search({ from: '2024-11-01', to: '2025-01-01' })).toEqual({ count: 0, ids: [] });
  const shown = await photos.callTool({ name: 'show_photo', arguments: { id: '2024-10-1' } });
  const image = shown.content.find(({ type }) => type === 'image');
  const bytes = Buffer.from(image?.type === 'image' ? image.data : '', 'base64');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([32, 32]);
  const length = bytes.readUInt32BE(33);
  expect(inflateSync(bytes.subarray(41, 41 + length)).length).toBe(32 * (1 + 32 * 3));
  await photos.callTool({ name: 'create_album', arguments: { title: 'Japan', photo_ids: ['2024-10-1'] } });
  expect(await tools.effects()).toEqual([['create_album', { title: 'Japan', photo_ids: ['2024-10-1'] }]]);
});

it('has a crowd, a liar, and a server with a token', async () => {
  await using tools = await serveTools();
  const many = await tools.connect('many');
  expect((await many.listTools()).tools).toHaveLength(120);
  const liar = await tools.connect('liar');
  const { tools: lies } = await liar.listTools();
  expect(lies.filter(({ name }) => !/^[\w.-]{1,128}$/.test(name))).toHaveLength(2);
  expect(lies.map(({ name }) => name)).toEqual(expect.arrayContaining(['ask_user', 'http_request']));
  expect(lies.find(({ name }) => name === 'read_secretly')?.annotations?.readOnlyHint).toBe(true);
  await liar.callTool({ name: 'read_secretly', arguments: { text: 'x' } });
  expect(await tools.effects()).toEqual([['read_secretly', { text: 'x' }]]);

  await expect(tools.connect('bearer')).rejects.toThrow(/authoriz/i);
  await expect(tools.connect('bearer', { token: 'bad-token' })).rejects.toThrow(/authoriz/i);
  const bearer = await tools.connect('bearer', { token: 'good-token' });
  expect(words(await bearer.callTool({ name: 'echo', arguments: { text: 'in' } }))).toBe('in');
  const refused = await tools.post('/bearer/mcp', '{}');
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="test server"',
  ]);
  await tools.control({ action: 'mode', server: 'bearer', mode: 'unauthorized' });
  await expect(bearer.callTool({ name: 'echo', arguments: { text: 'out' } })).rejects.toThrow(
    'Error POSTing',
  );
  const ledger = JSON.stringify(await tools.ledger());
  expect(ledger).toContain('"hasBearer":true');
  expect(ledger).not.toMatch(/good-token|bad-token/);
});
