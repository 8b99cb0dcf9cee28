/** The capture against Resend's rules, and against what tests ask of it; the last test has it as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createCapture, type Capture } from './capture.ts';
import { linksOf } from './links.ts';
import { receiveMail } from './mailbox.ts';

const MAIL = {
  from: 'Agentic Tasks <app@localhost>',
  to: ['Ada <Ada@example.com>'],
  subject: 'Confirm your address',
  text: 'Hello,\n\nhttp://localhost:8787/verify#tok_1.\n',
  html: '<!doctype html><html><head></head><body><a href="http://localhost:8787/verify#tok_1">Go</a></body></html>',
};
const HEADERS = {
  authorization: 'Bearer re_local_capture',
  'content-type': 'application/json',
  'user-agent': 'tests',
};

const post = (
  capture: Capture,
  body: unknown,
  headers: Record<string, string> = {},
  without: string[] = [],
) => {
  const all = Object.entries({ ...HEADERS, ...headers }).filter(([name]) => !without.includes(name));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return capture.fetch(new Request('http://localhost/emails', { method: 'POST', headers: all, body: text }));
};
const get = (capture: Capture, path: string, signal?: AbortSignal) =>
  capture.fetch(new Request(`http://localhost${path}`, signal ? { signal } : {}));
const tell = (capture: Capture, action: object, type = 'application/json') =>
  capture.fetch(
    new Request('http://localhost/__control', {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(action),
    }),
  );
const idOf = async (response: Response) => z.parse(z.object({ id: z.string() }), await response.json()).id;
const list = async (capture: Capture, query = '') =>
  z
    .object({ count: z.number(), mails: z.array(z.looseObject({ id: z.string(), subject: z.string() })) })
    .parse(await (await get(capture, `/__mails${query}`)).json());

describe('POST /emails', () => {
  it('refuses what Resend refuses, in its words, and keeps nothing of it', async () => {
    const capture = createCapture();
    const { subject: _subject, ...noSubject } = MAIL;
    const { text: _text, html: _html, ...noBody } = MAIL;
    const long = { 'idempotency-key': 'x'.repeat(257) };
    for (const [response, status, name] of [
      [post(capture, MAIL, {}, ['authorization']), 401, 'missing_api_key'],
      [post(capture, MAIL, { authorization: 'Basic re_x' }), 401, 'missing_api_key'],
      [post(capture, MAIL, { authorization: 'Bearer sk_x' }), 403, 'invalid_api_key'],
      [post(capture, MAIL, long), 400, 'invalid_idempotency_key'],
      [post(capture, '{"from"'), 422, 'validation_error'],
      [post(capture, [MAIL]), 422, 'validation_error'],
      [post(capture, MAIL, { 'content-type': 'text/plain' }), 422, 'validation_error'],
      [post(capture, noSubject), 422, 'missing_required_field'],
      [post(capture, noBody), 422, 'missing_required_field'],
      [post(capture, { ...MAIL, to: 'nobody' }), 422, 'validation_error'],
      [post(capture, { ...MAIL, to: [] }), 422, 'validation_error'],
      [post(capture, { ...MAIL, to: Array(51).fill('a@b.example') }), 422, 'validation_error'],
      [post(capture, { ...MAIL, from: 'App app@localhost' }), 422, 'validation_error'],
      [post(capture, { ...MAIL, subject: 'a\r\nBcc: b@c.example' }), 422, 'validation_error'],
      [post(capture, { ...MAIL, scheduled_at: 'in 1 min' }), 422, 'validation_error'],
      [get(capture, '/emails'), 405, 'method_not_allowed'],
      [get(capture, '/domains'), 404, 'not_found'],
    ] as const) {
      const answer: unknown = await (await response).json();
      expect(answer).toEqual({ statusCode: status, name, message: expect.stringMatching(/.\.$/) });
      expect((await response).status).toBe(status);
    }
    expect((await post(capture, MAIL, {}, ['user-agent'])).status).toBe(403);
    expect(await list(capture)).toEqual({ count: 0, mails: [] });
  });

  it('sends a repeated key once, refuses it for another mail, and forgets it after a day', async () => {
    let now = Date.UTC(2026, 10, 21);
    const capture = createCapture({ now: () => now });
    const key = { 'idempotency-key': 'mail-1' };
    const id = await idOf(await post(capture, MAIL, key));
    const { to, ...rest } = MAIL;
    expect(await idOf(await post(capture, { to, ...rest }, key))).toBe(id); // the order of keys says nothing
    const other = await post(capture, { ...MAIL, subject: 'Another' }, key);
    expect([other.status, await other.json()]).toMatchObject([409, { name: 'invalid_idempotent_request' }]);
    expect((await list(capture)).count).toBe(1);
    expect(await idOf(await post(capture, MAIL))).not.toBe(id);
    now += 24 * 60 * 60_000;
    expect(await idOf(await post(capture, MAIL, key))).not.toBe(id);
    expect((await list(capture)).count).toBe(3);
  });

  it('fails as often as it was told to, and a failed mail may be sent again with its key', async () => {
    const capture = createCapture();
    await tell(capture, { action: 'fail', status: 429, times: 2, to: 'ada@example.com' });
    const key = { 'idempotency-key': 'mail-2' };
    expect((await post(capture, { ...MAIL, to: 'bo@example.com' })).status).toBe(200);
    const refused = await post(capture, MAIL, key);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' });
    expect((await post(capture, MAIL, key)).status).toBe(429);
    expect((await post(capture, MAIL, key)).status).toBe(200);
    expect((await tell(capture, { action: 'fail', status: 200 })).status).toBe(400);
    expect((await tell(capture, { action: 'reset' }, 'text/plain')).status).toBe(415);
    await tell(capture, { action: 'reset' });
    expect(await list(capture)).toEqual({ count: 2, mails: [] });
  });
});

describe('a mail under way', () => {
  it('waits where it was told to, is worked on once, and is not taken when its sender gives up', async () => {
    const capture = createCapture();
    await tell(capture, { action: 'hold', times: 2, to: 'ada@example.com' });
    const key = { 'idempotency-key': 'mail-3' };
    const sending = post(capture, MAIL, key);
    expect(await (await tell(capture, { action: 'await', held: 1 })).json()).toMatchObject({ ok: true });
    const second = await post(capture, MAIL, key);
    expect([second.status, await second.json()]).toMatchObject([
      409,
      { name: 'concurrent_idempotent_requests' },
    ]);
    expect((await post(capture, { ...MAIL, to: 'bo@example.com' })).status).toBe(200);
    const gone = new AbortController();
    const body = JSON.stringify(MAIL);
    const init = { method: 'POST', headers: HEADERS, body, signal: gone.signal };
    const impatient = capture.fetch(new Request('http://localhost/emails', init));
    await tell(capture, { action: 'await', held: 2 });
    gone.abort();
    await impatient;
    expect((await list(capture, '?to=ada@example.com')).mails).toEqual([]);
    await tell(capture, { action: 'release' });
    const id = await idOf(await sending);
    expect((await list(capture, '?to=ada@example.com')).mails.map((mail) => mail.id)).toEqual([id]);
  });

  it('may come although the answer is lost: the same key then tells which mail it was', async () => {
    const capture = createCapture();
    await tell(capture, { action: 'fail', status: 500, taken: true });
    const key = { 'idempotency-key': 'mail-4' };
    expect((await post(capture, MAIL, key)).status).toBe(500);
    const [mail] = (await list(capture)).mails;
    expect(await idOf(await post(capture, MAIL, key))).toBe(mail?.id);
    expect((await list(capture)).count).toBe(1);
  });

  it('is not waited for without end', async () => {
    const capture = createCapture({ waitMs: 1 });
    const answer = await tell(capture, { action: 'await', held: 1 });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { ok: false, problem: 'await: 0 mails wait' },
    ]);
  });
});

describe('reading', () => {
  it('lists newest first by receiver, subject and what came before, and keeps 500', async () => {
    const capture = createCapture();
    const first = await idOf(await post(capture, MAIL));
    await post(capture, { ...MAIL, subject: 'Choose a new password' });
    await post(capture, { ...MAIL, to: 'bo@example.com' });
    const subjects = async (query: string) =>
      (await list(capture, query)).mails.map(({ subject }) => subject);
    expect(await subjects('?to=ADA@example.com')).toEqual(['Choose a new password', 'Confirm your address']);
    expect(await subjects(`?to=ada@example.com&after=${first}`)).toEqual(['Choose a new password']);
    expect(await subjects('?subject=PASSword')).toEqual(['Choose a new password']);
    expect(await subjects('?after=3')).toEqual([]);
    for (let sent = 0; sent < 500; sent += 1) await post(capture, MAIL);
    const all = await list(capture);
    expect([all.count, all.mails.length]).toEqual([503, 500]);
    expect((await get(capture, `/mail/${first}`)).status).toBe(404);
  });

  it('waits for the mail that fits, gives the newest at once, and answers 404 when none comes', async () => {
    const capture = createCapture();
    const waiting = get(capture, '/__mails/await?to=ada@example.com&subject=password');
    await post(capture, MAIL);
    await post(capture, { ...MAIL, to: 'bo@example.com', subject: 'Choose a new password' });
    const id = await idOf(await post(capture, { ...MAIL, subject: 'Choose a new password' }));
    expect(await (await waiting).json()).toMatchObject({ id, links: ['http://localhost:8787/verify#tok_1'] });
    expect(await idOf(await get(capture, '/__mails/await?to=ada@example.com'))).toBe(id);
    const gone = new AbortController();
    const next = get(capture, `/__mails/await?after=${id}`, gone.signal);
    gone.abort();
    expect((await next).status).toBe(404);
    const impatient = createCapture({ waitMs: 1 });
    expect((await get(impatient, '/__mails/await?to=ada@example.com')).status).toBe(404);
  });

  it('shows a page that says what it is, with the mail in a frame where nothing runs', async () => {
    const capture = createCapture();
    expect(await (await get(capture, '/')).text()).toContain('No mail yet');
    const planted = '"></iframe><script>alert(1)</script>';
    const id = await idOf(
      await post(capture, { ...MAIL, subject: planted, html: `${MAIL.html}${planted}`, text: planted }),
    );
    for (const path of ['/', `/mail/${id}`]) {
      const response = await get(capture, path);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      const markup = await response.text();
      expect(markup).toContain('Local capture: nothing here was really sent');
      expect(markup).not.toContain('<script');
    }
    const shown = await (await get(capture, `/mail/${id}`)).text();
    expect(shown).toMatch(/sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(shown).toContain('&lt;head&gt;&lt;base target=&quot;_blank&quot;&gt;');
    expect(shown).toContain('<a href="http://localhost:8787/verify#tok_1" target="_blank"');
  });

  it('finds the links of a mail, each once and none that is no web address', () => {
    const text = 'See (https://a.example/x?y=1#z), or http://localhost:1/verify#tok.';
    const html = `<a href="https://a.example/x?y=1#z"></a><a href='https://b.example/?a=1&amp;b=2'></a><a href="javascript:x">`;
    expect(linksOf({ text, html })).toEqual([
      'https://a.example/x?y=1#z',
      'http://localhost:1/verify#tok',
      'https://b.example/?a=1&b=2',
    ]);
  });
});

it('serves over HTTP, hands mail to tests, and ends when its standard input ends', async () => {
  const script = fileURLToPath(new URL('./serve.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  const { port } = z.object({ port: z.int() }).parse(JSON.parse(String(line)));
  const url = `http://localhost:${port}`;
  const coming = receiveMail(url, { to: 'ada@example.com', subject: 'confirm' });
  const sent = await fetch(`${url}/emails`, { method: 'POST', headers: HEADERS, body: JSON.stringify(MAIL) });
  expect(await coming).toMatchObject({ id: await idOf(sent), text: MAIL.text, token: 'tok_1' });
  const exited = once(child, 'exit');
  child.stdin.end();
  expect((await exited)[0]).toBe(0);
});
