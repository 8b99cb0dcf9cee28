/** Against real servers on this machine; names of the public internet, which no test may call, are answered by a table. */
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it, vi } from 'vitest';
import { fetchConfigured } from './configured.ts';
import { resolveOverHttps } from './dns.ts';
import { SafeFetchError } from './error.ts';
import { safeFetch, type SafeFetchOptions } from './safe-fetch.ts';
import { serve } from './test-server.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const noDns = () => Promise.reject(new Error('No DNS here'));
const local: SafeFetchOptions = {
  publicOrigin: 'http://localhost:8787',
  allowLocal: true,
  resolve: noDns,
  timeoutMs: 5_000,
  maxBytes: 10_000,
};
const production: SafeFetchOptions = {
  ...local,
  publicOrigin: 'https://app.example.org',
  allowLocal: false,
  resolve: () => Promise.resolve(['93.184.215.14', '2606:2800:21f:cb07::1']),
};

/** Stands for the public internet: answers by address, and notes what was asked. */
function internet(pages: Record<string, () => Response>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    const page = pages[url];
    return page ? Promise.resolve(page()) : Promise.reject(new TypeError(`connect ECONNREFUSED ${url}`));
  });
  return asked;
}

const redirect = (location: string, status = 302) =>
  Response.json({ secret: 'of the other side' }, { status, headers: { location, 'x-secret': 'yes' } });

/** The code it fails with; the error tells nothing but that. */
async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'it was answered',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SafeFetchError)) return String(error);
  expect(error.message).toBe(`The call was not completed: ${error.code}`);
  expect(Object.keys(error).toSorted()).toEqual(['code', 'name', 'retryable']);
  expect(error.cause).toBeUndefined();
  return error.code;
}

it('reads an answer, follows redirects, and shows neither secrets nor bodies to another origin', async () => {
  const seen: string[] = [];
  const note: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (piece) => (body += String(piece)));
    request.on('end', () => {
      const { authorization = '-', cookie = '-', accept = '-' } = request.headers;
      const key = String(request.headers['x-api-key'] ?? '-');
      const { method, url } = request;
      seen.push([method, url, authorization, cookie, key, accept, body].join(' '));
      const [, status, to] = /^\/(\d+)\?to=(.*)$/.exec(url ?? '') ?? [];
      if (status) response.writeHead(Number(status), { location: decodeURIComponent(to ?? '') }).end('moved');
      else
        response
          .writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b', etag: '"1"' })
          .end('{"hello":"wörld"}');
    });
  };
  await using here = await serve(note);
  await using away = await serve(note);
  const headers = {
    authorization: 'Bearer s',
    cookie: 'a=s',
    'x-api-key': 's',
    accept: 'application/json',
  };
  const ask = (to: string, status: number, method = 'GET', body?: string) =>
    safeFetch(
      `${here.url}/${status}?to=${encodeURIComponent(to)}`,
      { method, headers, ...(body === undefined ? {} : { body }) },
      { ...local, contentTypes: ['application/json'] },
    );

  const answer = await ask('/next', 302);
  expect([answer.status, answer.ok, answer.url]).toEqual([200, true, `${here.url}/next`]);
  expect([answer.text(), answer.json()]).toEqual(['{"hello":"wörld"}', { hello: 'wörld' }]);
  expect([answer.headers.get('etag'), answer.headers.get('set-cookie')]).toEqual(['"1"', null]);
  expect(seen.splice(0)[1]).toBe('GET /next Bearer s a=s s application/json ');

  expect((await ask('/next', 307, 'POST', 'words')).status).toBe(200);
  expect(seen.splice(0)[1]).toBe('POST /next Bearer s a=s s application/json words');
  expect((await ask('/next', 303, 'POST', 'words')).status).toBe(200);
  expect(seen.splice(0)[1]).toBe('GET /next Bearer s a=s s application/json ');

  expect((await ask(`${away.url}/next`, 302, 'POST', 'words')).url).toBe(`${away.url}/next`);
  expect(seen.splice(0)[1]).toBe('GET /next - - - application/json ');
  // Out and home again: what was taken off stays off.
  const home = encodeURIComponent(`${here.url}/home`);
  expect((await ask(`${away.url}/301?to=${home}`, 302)).url).toBe(`${here.url}/home`);
  expect(seen.splice(0)[2]).toBe('GET /home - - - application/json ');
  expect(await failureOf(ask(`${away.url}/next`, 307, 'POST', 'code=secret'))).toBe('redirect_refused');
  expect(seen.splice(0)).toHaveLength(1);
});

it('lets no caller say how a message is framed or for which host it is', async () => {
  const sent: string[] = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(...new Headers(init.headers).keys());
    return Promise.resolve(new Response('there'));
  });
  const headers = {
    host: 'localhost',
    connection: 'upgrade',
    upgrade: 'websocket',
    'content-length': '5',
    'transfer-encoding': 'chunked',
    'proxy-authorization': 'Basic YTpi',
    authorization: 'Bearer s',
  };
  await safeFetch('https://a.example.com', { headers }, production);
  expect(sent).toEqual(['authorization']);
});

it('judges every hop, and calls nothing that is not allowed', async () => {
  const chain = (to: string) => ({
    'https://a.example.com/': () => redirect('https://b.example.com/'),
    'https://b.example.com/': () => redirect(to, 307),
  });
  for (const inside of [
    'http://127.0.0.1:8791/',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::ffff:169.254.169.254]/latest',
    '//localhost./',
    'https://metadata.google.internal/',
    'http://b.example.com/',
    'https://b.example.com:8443/',
    'https://user:pass@b.example.com/',
    'https://app.example.org/api/me',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
  ]) {
    const asked = internet(chain(inside));
    expect([inside, await failureOf(safeFetch('https://a.example.com', {}, production))]).toEqual([
      inside,
      'address_refused',
    ]);
    expect(asked).toEqual(['https://a.example.com/', 'https://b.example.com/']);
    // And as the first address.
    expect(await failureOf(safeFetch(inside, {}, production))).toBe('address_refused');
    expect(asked).toHaveLength(2);
  }

  const numbered = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `https://a.example.com/${i}`,
        () => (i === count - 1 ? new Response('there') : redirect(`/${i + 1}`)),
      ]),
    );
  const asked = internet(numbered(4));
  expect((await safeFetch('https://a.example.com/0', {}, production)).text()).toBe('there');
  expect(asked).toHaveLength(4);
  const more = internet(numbered(5));
  expect(await failureOf(safeFetch('https://a.example.com/0', {}, production))).toBe('redirect_refused');
  expect(more).toHaveLength(4);
  // What says it has moved, but not where, is an answer.
  internet({ 'https://a.example.com/': () => new Response('?', { status: 302 }) });
  expect((await safeFetch('https://a.example.com/', {}, production)).status).toBe(302);
});

it('refuses names that stand for an address inside a network, also after they changed their mind', async () => {
  const pages = {
    'https://a.example.com/': () => redirect('https://a.example.com/again'),
    'https://a.example.com/again': () => new Response('there'),
  };
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '100.100.100.200',
    '169.254.169.254',
    '::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    'nonsense',
  ]) {
    const asked = internet(pages);
    // One public answer among them changes nothing: `fetch` may take either.
    const resolve = () => Promise.resolve(['93.184.215.14', address]);
    expect(await failureOf(safeFetch('https://a.example.com', {}, { ...production, resolve }))).toBe(
      'address_refused',
    );
    expect(asked).toEqual([]);
  }
  // Rebinding: public when first asked, private at the next hop to the same name.
  const asked = internet(pages);
  const answers = [['93.184.215.14'], ['192.168.0.1']];
  const resolve = () => Promise.resolve(answers.shift() ?? []);
  expect(await failureOf(safeFetch('https://a.example.com', {}, { ...production, resolve }))).toBe(
    'address_refused',
  );
  expect(asked).toEqual(['https://a.example.com/']);
  // No such name; and no DNS to be had, where the rules about names are what is left.
  expect(
    await failureOf(
      safeFetch('https://a.example.com', {}, { ...production, resolve: () => Promise.resolve([]) }),
    ),
  ).toBe('unreachable');
  expect((await safeFetch('https://a.example.com', {}, { ...production, resolve: noDns })).text()).toBe(
    'there',
  );
  // In development too a public name may not lead inside.
  const inside = { ...local, resolve: () => Promise.resolve(['127.0.0.1']) };
  expect(await failureOf(safeFetch('https://a.example.com', {}, inside))).toBe('address_refused');
});

it('asks the DNS for both kinds of address, and lets no lost half hide a private one', async () => {
  const halves: Record<string, unknown> = {};
  await using dns = await serve((request, response) => {
    const type = new URL(request.url ?? '', 'http://dns').searchParams.get('type') ?? '';
    const half = halves[type];
    if (half === undefined) response.writeHead(500).end('{"secret":true}');
    else response.writeHead(200, { 'content-type': 'application/dns-json' }).end(JSON.stringify(half));
  });
  const ask = () => resolveOverHttps(dns.url)('a.example.com', new AbortController().signal);
  const alias = { type: 5, data: 'b.example.com.' };
  halves['A'] = { Status: 0, Answer: [alias, { type: 1, data: '10.0.0.1' }] };
  await expect(ask()).resolves.toEqual(['10.0.0.1']);
  halves['AAAA'] = { Status: 0, Answer: [alias, { type: 28, data: '2606::1' }] };
  await expect(ask()).resolves.toEqual(['10.0.0.1', '2606::1']);
  halves['A'] = { Status: 0 };
  halves['AAAA'] = { Status: 3 };
  await expect(ask()).resolves.toEqual([]);
  halves['AAAA'] = { Status: 2 };
  await expect(ask()).rejects.toThrow('did not answer');
  halves['A'] = 'nonsense';
  halves['AAAA'] = [];
  await expect(ask()).rejects.toThrow('did not answer');
});

it('cuts what is too long, counted after decompression, and what takes too long', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  let endlessClosed = () => {};
  const closed = new Promise<void>((resolve) => (endlessClosed = resolve));
  await using server = await serve((request, response) => {
    const { url } = request;
    if (url === '/exact') response.end('x'.repeat(10_000));
    else if (url === '/long') response.end('x'.repeat(10_001));
    else if (url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    else if (url === '/liar') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
    else if (url === '/cut') {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.destroySoon();
    } else if (url === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_000)));
      };
      response.on('drain', more).on('close', endlessClosed);
      more();
    } else if (url === '/slow') response.writeHead(200).write('and then');
    else if (url !== '/silent') response.writeHead(404).end();
  });
  const ask = (path: string, options: Partial<SafeFetchOptions> = {}) =>
    safeFetch(server.url + path, {}, { ...local, ...options });
  expect((await ask('/exact')).bytes).toHaveLength(10_000);
  expect(await failureOf(ask('/long'))).toBe('too_large');
  expect(bomb.length).toBeLessThan(20_000);
  expect(await failureOf(ask('/bomb', { maxBytes: 1_000_000 }))).toBe('too_large');
  expect(await failureOf(ask('/liar'))).toBe('unreachable');
  expect(await failureOf(ask('/cut'))).toBe('unreachable');
  expect(await failureOf(ask('/endless'))).toBe('too_large');
  await closed; // the connection does not stay open to be filled
  for (const path of ['/silent', '/slow']) {
    expect(await failureOf(ask(path, { timeoutMs: 50 }))).toBe('timeout');
    const caller = new AbortController();
    const asked = failureOf(ask(path, { signal: caller.signal }));
    caller.abort();
    expect(await asked).toBe('aborted');
    expect(await failureOf(ask(path, { signal: caller.signal }))).toBe('aborted');
  }
  // The time of the DNS counts too.
  internet({});
  const never = () => new Promise<never>(() => {});
  expect(
    await failureOf(safeFetch('https://a.example.com', {}, { ...production, resolve: never, timeoutMs: 20 })),
  ).toBe('timeout');
});

it('leaves no timer behind, however it ends', async () => {
  vi.useFakeTimers();
  internet({
    'https://a.example.com/': () => new Response('there'),
    'https://b.example.com/': () => redirect('https://127.0.0.1/'),
  });
  for (const name of ['a', 'b', 'c'])
    await safeFetch(`https://${name}.example.com`, {}, production).catch(() => {});
  await fetchConfigured('https://a.example.com/', {}, production);
  await failureOf(fetchConfigured('https://b.example.com/', {}, production));
  expect(vi.getTimerCount()).toBe(0);
});

it('reads the types that were asked for, and keeps the status of an answer that is no success', async () => {
  const page =
    (status: number, type: string | null, body: string | null = '<p>secret</p>') =>
    () => {
      const response = new Response(body, { status });
      response.headers.delete('content-type');
      if (type !== null) response.headers.set('content-type', type);
      return response;
    };
  internet({
    'https://a.example.com/json': page(200, 'Application/JSON; charset=utf-8', '{}'),
    'https://a.example.com/html': page(200, 'text/html'),
    'https://a.example.com/none': page(200, null),
    'https://a.example.com/lie': page(200, 'application/json'),
    'https://a.example.com/empty': page(204, null, null),
    'https://a.example.com/401': page(401, 'text/html'),
  });
  const ask = (path: string) =>
    safeFetch(`https://a.example.com/${path}`, {}, { ...production, contentTypes: ['application/json'] });
  expect((await ask('json')).json()).toEqual({});
  expect(await failureOf(ask('html'))).toBe('wrong_type');
  expect(await failureOf(ask('none'))).toBe('wrong_type');
  const lie = await ask('lie');
  expect(() => lie.json()).toThrow(new SafeFetchError('unreadable'));
  expect((await ask('empty')).status).toBe(204);
  const refused = await ask('401');
  expect([refused.status, refused.ok, refused.text()]).toEqual([401, false, '']);
  expect(await failureOf(ask('nowhere'))).toBe('unreachable');
});

it('calls what the settings name without rules about addresses, within the same limits', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
    else if (request.url === '/long') response.end('x'.repeat(10_001));
    else if (request.url === '/refused') response.writeHead(422).end('{"error":"no"}');
    else if (request.url !== '/silent') response.end(`${request.method} ${request.headers.authorization}`);
  });
  const limits = { timeoutMs: 5_000, maxBytes: 10_000 };
  const ask = (path: string, timeoutMs = 5_000) =>
    fetchConfigured(
      server.url + path,
      { method: 'POST', headers: { authorization: 'Bearer s' }, body: 'x' },
      { ...limits, timeoutMs },
    );
  expect((await ask('/')).text()).toBe('POST Bearer s');
  const refused = await ask('/refused');
  expect([refused.status, refused.json()]).toEqual([422, { error: 'no' }]);
  expect(await failureOf(ask('/moved'))).toBe('redirect_refused');
  expect(await failureOf(ask('/long'))).toBe('too_large');
  expect(await failureOf(ask('/silent', 50))).toBe('timeout');
  expect(await failureOf(fetchConfigured('http://127.0.0.1:1', {}, limits))).toBe('unreachable');
});
