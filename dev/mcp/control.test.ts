/** What tests may set, the pages for people and tests, and (last) the whole as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { serveTools, words } from './testing.ts';

it('refuses what means nothing, and says what', async () => {
  await using tools = await serveTools({ waitMs: 1 });
  for (const [body, problem] of [
    [{ action: 'explode' }, 'action'],
    [{ action: 'plant', where: 'mail' }, 'text'],
    [{ action: 'plant', where: 'sky', text: 'x' }, 'where'],
    [{ action: 'plant', where: 'result', text: 'x', tool: 'no_tool' }, 'no tool no_tool'],
    [{ action: 'mode', server: 'nobody', mode: 'ok' }, 'no server nobody'],
    [{ action: 'mode', server: 'mail', mode: 'odd' }, 'mode'],
    [{ action: 'redefine', server: 'mail', tool: 'echo', description: 'x' }, 'no tool echo'],
    [{ action: 'redefine', server: 'mail', tool: 'send_mail', schema: { type: 7 } }, 'no JSON Schema'],
    [{ action: 'hold', tool: 'send_mail', when: 'later' }, 'when'],
    [{ action: 'await', held: 1 }, '0 calls wait'],
    [[{ action: 'release' }, { action: 'reset', now: true }], 'now'],
    ['no json', 'expected'],
  ] as const) {
    const response = await tools.post('/__control', body);
    const answer = z.object({ problem: z.string() }).parse(await response.json());
    expect([response.status, answer.problem]).toEqual([400, expect.stringContaining(problem)]);
  }
  expect((await tools.post('/__control', '{"action":"reset"}', 'text/plain')).status).toBe(415);
  expect((await tools.get('/__control')).status).toBe(405);
  expect((await tools.get('/nobody/mcp')).status).toBe(404);
  expect((await fetch(`${tools.origin}/s/Upper/mail/mcp`)).status).toBe(404);
  expect((await fetch(`${tools.origin}/s/${'x'.repeat(65)}/mail/mcp`)).status).toBe(404);
});

it('plants words in mails, notes, pages, results and descriptions, of one tool or of all', async () => {
  await using tools = await serveTools();
  const mail = await tools.connect('mail');
  const modern = await tools.connect('modern');
  await tools.control(
    { action: 'plant', where: 'mail', text: 'in the mail' },
    { action: 'plant', where: 'note', text: 'in the notes' },
    { action: 'plant', where: 'page', text: '<b>on the page</b>' },
    { action: 'plant', where: 'result', text: 'in results' },
    { action: 'plant', where: 'result', text: 'of echo', tool: 'echo' },
    { action: 'plant', where: 'description', text: 'said of add', tool: 'add' },
  );
  const say = async (client: typeof mail, name: string, args = {}) =>
    words(await client.callTool({ name, arguments: args }));
  expect(await say(mail, 'read_mail', { id: 'm3' })).toMatch(/18 degrees.*in the mail\nin results$/s);
  expect(await say(modern, 'echo', { text: 'a' })).toBe('a\nin results\nof echo');
  expect(await say(modern, 'read_notes')).toBe('in the notes\nin results');
  expect(await say(modern, 'write_note', { text: 'b' })).toBe('Note written: b\nin results');
  const { tools: listed } = await modern.listTools();
  expect(
    listed.filter(({ description }) => description?.includes('said of')).map(({ name }) => name),
  ).toEqual(['add']);
  expect(await (await tools.get('/web/')).text()).toContain('&lt;b&gt;on the page&lt;/b&gt;');
  expect(await (await tools.get('/web/a.txt')).text()).toContain('<b>on the page</b>');
  tools.use('other');
  expect(await (await tools.get('/web/')).text()).not.toContain('on the page');
});

it('validates by the schema that it was given', async () => {
  await using tools = await serveTools();
  const schema = { type: 'object', properties: { loud: { type: 'boolean' } }, required: ['loud'] };
  await tools.control({ action: 'redefine', server: 'modern', tool: 'echo', schema });
  const client = await tools.connect('modern');
  const echo = (await client.listTools()).tools.find(({ name }) => name === 'echo');
  expect(echo).toMatchObject({ description: 'Says what it was told.', inputSchema: schema });
  expect(await client.callTool({ name: 'echo', arguments: { text: 'a' } })).toMatchObject({ isError: true });
});

it.each(['modern', 'legacy'] as const)('is down, closed, slow or silent when told so (%s)', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era);
  const set = (mode: string, ms = 0) => tools.control({ action: 'mode', server: era, mode, ms });
  const echo = (options = {}) => client.callTool({ name: 'echo', arguments: { text: 'a' } }, options);
  for (const [mode, status, problem] of [
    ['down', 503, 'Down for a test'],
    ['unauthorized', 401, 'Error POSTing'],
  ] as const) {
    await set(mode);
    expect((await tools.post(`/${era}/mcp`, {})).status).toBe(status);
    await expect(echo()).rejects.toThrow(problem);
  }
  await set('hang');
  await expect(echo({ timeout: 50 })).rejects.toThrow(/timed out/i);
  await tools.control({ action: 'mode', server: era, mode: 'hang', method: 'tools/list' });
  expect(words(await echo())).toBe('a');
  await expect(client.request({ method: 'tools/list' }, { timeout: 50 })).rejects.toThrow(/timed out/i);
  await set('slow', 20);
  const begun = performance.now();
  expect(words(await echo())).toBe('a');
  expect(performance.now() - begun).toBeGreaterThan(18);
  await set('ok');
  expect(words(await echo())).toBe('a');
});

it.each(['modern', 'legacy'] as const)('holds calls before and after they do something (%s)', async (era) => {
  await using tools = await serveTools();
  const client = await tools.connect(era);
  const write = (text: string) => client.callTool({ name: 'write_note', arguments: { text } });
  await tools.control({ action: 'hold', tool: 'write_note' });
  const first = write('first');
  expect(await (await tools.control({ action: 'await', held: 1 })).json()).toEqual({ ok: true });
  expect(await tools.effects()).toEqual([]);
  await tools.control({ action: 'hold', tool: 'write_note', when: 'after', times: 2 });
  const others = [write('second'), write('third')];
  await tools.control({ action: 'await', held: 3 });
  expect(await tools.effects()).toHaveLength(2);
  await tools.control({ action: 'release' });
  expect((await Promise.all([first, ...others])).map(words)).toEqual([
    'Note written: first',
    'Note written: second',
    'Note written: third',
  ]);
  expect(await tools.effects()).toHaveLength(3);
});

it('is an outside for the web: reads are calls with their query, everything else is an effect', async () => {
  await using tools = await serveTools();
  const space = `${tools.origin}/s/test/web`;
  await fetch(`${space}/page?leak=secret`, { headers: { authorization: 'Bearer private' } });
  expect((await fetch(`${space}/raw.bin`)).headers.get('content-type')).toBe('application/octet-stream');
  expect((await fetch(`${space}/orders`, { method: 'POST', body: '{"a":[1]}' })).status).toBe(201);
  await fetch(`${space}/orders/1`, { method: 'PUT', body: 'plain' });
  await fetch(`${space}/orders/1?now=1`, { method: 'DELETE' });
  await tools.control({ action: 'mode', server: 'web', mode: 'down' });
  expect((await fetch(`${space}/orders`, { method: 'POST', body: 'x' })).status).toBe(503);
  const { calls } = await tools.ledger();
  expect(calls[0]).toMatchObject({ server: 'web', method: 'GET /page?leak=secret', hasBearer: true });
  expect(await tools.effects()).toEqual([
    ['POST', { method: 'POST', path: '/orders', body: { a: [1] } }],
    ['PUT', { method: 'PUT', path: '/orders/1', body: 'plain' }],
    ['DELETE', { method: 'DELETE', path: '/orders/1?now=1', body: '' }],
  ]);
  expect(JSON.stringify(await tools.ledger())).not.toContain('private');
});

it('begins anew on reset, lets go of what waits, and leaves other spaces alone', async () => {
  await using tools = await serveTools();
  tools.use('other');
  await tools.post('/web/kept', '1');
  tools.use('test');
  const client = await tools.connect('mail');
  await tools.post('/web/gone', '1');
  await client.callTool({ name: 'archive_mail', arguments: { id: 'm1' } });
  await tools.control({ action: 'mode', server: 'photos', mode: 'down' });
  await tools.control({ action: 'hold', tool: 'read_mail' });
  const waiting = client.callTool({ name: 'read_mail', arguments: { id: 'm1' } });
  await tools.control({ action: 'await', held: 1 });
  await tools.control({ action: 'reset' });
  expect(words(await waiting)).toContain('QXJKWP');
  expect(await tools.effects()).toEqual([]);
  const found = await client.callTool({ name: 'search_mail', arguments: { query: 'QXJKWP' } });
  expect(words(found)).toMatch(/^m1 /);
  await tools.connect('photos');
  tools.use('other');
  expect(await tools.effects()).toHaveLength(1);
});

it('shows people what was done, and says what it is', async () => {
  await using tools = await serveTools();
  const home = () => fetch(`${tools.origin}/`);
  expect(await (await home()).text()).toContain('Nobody has used them yet');
  const planted = '</pre><script>alert(1)</script>';
  const mail = await tools.connect('mail');
  const sent = { to: 'rebecca@example.com', subject: 'The receipt', body: planted };
  await mail.callTool({ name: 'send_mail', arguments: sent });
  await tools.post('/web/orders', { text: planted });
  const response = await home();
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  const page = await response.text();
  for (const part of ['nothing here reaches anybody', 'Sent mail (1)', 'The receipt', 'web: POST'])
    expect(page).toContain(part);
  expect(page).not.toContain('<script');
});

it('serves over HTTP as a process, and ends when its standard input ends', async () => {
  const script = fileURLToPath(new URL('./serve.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  const { port } = z.object({ port: z.int() }).parse(JSON.parse(String(line)));
  const response = await fetch(`http://localhost:${port}/s/a/__ledger`);
  expect(await response.json()).toEqual({ effects: [], calls: [] });
  const exited = once(child, 'exit');
  child.stdin.end();
  expect((await exited)[0]).toBe(0);
});
