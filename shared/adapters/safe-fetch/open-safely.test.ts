/** Against real servers on this machine. Which addresses may be called is tested with `safe-fetch.ts`: it is one code. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it, vi } from 'vitest';
import { SafeFetchError } from './error.ts';
import { type OpenOptions, openSafely } from './open-safely.ts';
import { serve } from './test-server.ts';

afterEach(() => {
  vi.useRealTimers();
});

const options: OpenOptions = {
  publicOrigin: 'http://localhost:8787',
  allowLocal: true,
  resolve: () => Promise.reject(new Error('No DNS here')),
  timeoutMs: 5_000,
  maxBytes: 10_000,
};

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it was answered',
    (error: unknown) => (error instanceof SafeFetchError ? error.code : String(error)),
  );

it('hands over an answer piece by piece, and closes the connection with the last one', async () => {
  let held: ServerResponse | undefined;
  await using server = await serve((request, response) => {
    if (request.url === '/moved') response.writeHead(307, { location: '/' }).end();
    else if (request.url === '/packed')
      response.setHeader('content-encoding', 'gzip').end(gzipSync('packed'));
    else if (request.url === '/none') response.writeHead(204).end();
    else {
      held = response.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': 'a=b' });
      held.write(`${request.method} `);
    }
  });
  const response = await openSafely(`${server.url}/moved`, { method: 'POST', body: 'x' }, options);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(response.headers.get('set-cookie')).toBeNull();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toEqual({ done: false, value: 'POST ' });
  held?.end('and more');
  expect(await reader?.read()).toEqual({ done: false, value: 'and more' });
  expect((await reader?.read())?.done).toBe(true);
  expect(await (await openSafely(`${server.url}/packed`, {}, options)).text()).toBe('packed');
  const none = await openSafely(`${server.url}/none`, {}, options);
  expect([none.status, none.body]).toEqual([204, null]);
});

it('cuts what is too long, and what breaks, and says why', async () => {
  let gone = () => {};
  const closed = new Promise<void>((resolve) => (gone = resolve));
  await using server = await serve((request, response) => {
    if (request.url === '/exact') response.end('x'.repeat(10_000));
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.destroySoon();
    } else {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_000)));
      };
      response.on('drain', more).on('close', gone);
      more();
    }
  });
  const told: string[] = [];
  const onCut = (error: SafeFetchError) => void told.push(error.code);
  const read = async (path: string) =>
    (await openSafely(server.url + path, {}, { ...options, onCut })).text();
  expect((await read('/exact')).length).toBe(10_000);
  expect(told).toEqual([]);
  expect(await codeOf(read('/cut'))).toBe('unreachable');
  expect(await codeOf(read('/endless'))).toBe('too_large');
  await closed;
  expect(told).toEqual(['unreachable', 'too_large']);
});

it('ends with its signal, before the answer and in the middle of it, and when nobody reads on', async () => {
  const closed: string[] = [];
  let seen = () => {};
  await using server = await serve((request, response) => {
    response.on('close', () => {
      closed.push(request.url ?? '');
      seen();
    });
    if (request.url !== '/silent') response.writeHead(200).write('and then');
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      seen = () => (closed.length >= count ? resolve() : undefined);
      seen();
    });
  const caller = new AbortController();
  const late = codeOf(openSafely(`${server.url}/silent`, {}, { ...options, timeoutMs: 50 }));
  expect(await late).toBe('timeout');
  const waiting = codeOf(openSafely(`${server.url}/silent`, {}, { ...options, signal: caller.signal }));
  const open = await openSafely(`${server.url}/open`, {}, { ...options, signal: caller.signal });
  const reading = codeOf(open.text());
  caller.abort();
  expect(await Promise.all([waiting, reading])).toEqual(['aborted', 'aborted']);
  expect(await codeOf(openSafely(server.url, {}, { ...options, signal: caller.signal }))).toBe('aborted');
  const unread = await openSafely(`${server.url}/unread`, {}, options);
  await unread.body?.cancel();
  await until(4);
  expect(closed.toSorted()).toEqual(['/open', '/silent', '/silent', '/unread']);
});

it('outlives the time for its beginning, and leaves no timer behind', async () => {
  let held: ServerResponse | undefined;
  await using server = await serve((_, response) => {
    held = response.writeHead(200);
    held.write('a');
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const response = await openSafely(server.url, {}, { ...options, timeoutMs: 1_000 });
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  held?.end('b');
  expect(await response.text()).toBe('ab');
});

it('refuses what safeFetch refuses', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/inside') response.writeHead(302, { location: 'https://169.254.169.254/' }).end();
    else if (request.url === '/abroad') response.writeHead(307, { location: 'http://localhost:1/' }).end();
    else
      response.writeHead(request.url === '/refused' ? 401 : 200, { 'content-type': 'text/html' }).end('no');
  });
  const ask = (path: string, method = 'GET', body?: string) =>
    openSafely(
      server.url + path,
      { method, ...(body === undefined ? {} : { body }) },
      { ...options, contentTypes: ['application/json'] },
    );
  expect(await codeOf(ask('/inside'))).toBe('address_refused');
  expect(await codeOf(ask('/abroad', 'POST', 'secret'))).toBe('redirect_refused');
  expect(await codeOf(ask('/html'))).toBe('wrong_type');
  const refused = await ask('/refused');
  expect([refused.status, refused.body]).toEqual([401, null]);
  expect(await codeOf(openSafely('https://10.0.0.1/', {}, options))).toBe('address_refused');
});
