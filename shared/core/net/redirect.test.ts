import { expect, it } from 'vitest';
import { follow, isRedirect } from './redirect.ts';

const here = new URL('https://a.example.com/start');
const near = new URL('https://a.example.com/next');
const away = new URL('https://b.example.com/next');

const sent = {
  accept: 'application/json',
  authorization: 'Bearer secret',
  'content-type': 'text/plain',
  cookie: 'a=secret',
  'mcp-session-id': 'secret',
  'x-api-key': 'secret',
};

/** Method, body and names of the headers after the redirect; or that it is not followed. */
function after(method: string, status: number, to: URL, body?: string) {
  const hop = { method, headers: new Headers(sent), ...(body === undefined ? {} : { body }) };
  const followed = follow(hop, status, here, to);
  if (!followed.ok) return 'not followed';
  const { hop: next } = followed;
  return [next.method, next.body ?? null, [...next.headers.keys()].join(' ')];
}

const all = 'accept authorization content-type cookie mcp-session-id x-api-key';
const withoutBody = 'accept authorization cookie mcp-session-id x-api-key';

it('keeps or changes the method and the body as each status asks for', () => {
  for (const status of [301, 302]) {
    expect(after('POST', status, near, 'body')).toEqual(['GET', null, withoutBody]);
    expect(after('PUT', status, near, 'body')).toEqual(['PUT', 'body', all]);
    expect(after('DELETE', status, near)).toEqual(['DELETE', null, withoutBody]);
    expect(after('GET', status, near)).toEqual(['GET', null, withoutBody]);
    expect(after('HEAD', status, near)).toEqual(['HEAD', null, withoutBody]);
  }
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect(after(method, 303, near, 'body')).toEqual(['GET', null, withoutBody]);
  expect(after('HEAD', 303, near)).toEqual(['HEAD', null, withoutBody]);
  for (const status of [307, 308]) {
    expect(after('POST', status, near, 'body')).toEqual(['POST', 'body', all]);
    expect(after('GET', status, near)).toEqual(['GET', null, withoutBody]);
  }
  const statuses = Array.from({ length: 600 }, (_, status) => status).filter(isRedirect);
  expect(statuses).toEqual([301, 302, 303, 307, 308]);
});

it('tells another origin nothing but what is harmless, and sends it no body', () => {
  expect(after('GET', 302, away)).toEqual(['GET', null, 'accept']);
  expect(after('POST', 303, away, 'body')).toEqual(['GET', null, 'accept']);
  expect(after('POST', 302, away, 'body')).toEqual(['GET', null, 'accept']);
  expect(after('POST', 307, away, 'body')).toBe('not followed');
  expect(after('POST', 308, away, '')).toBe('not followed');
  expect(after('PUT', 301, away, 'body')).toBe('not followed');
  // Another port or scheme is another origin.
  expect(after('GET', 302, new URL('https://a.example.com:8443/'))).toEqual(['GET', null, 'accept']);
  expect(after('GET', 302, new URL('http://a.example.com/'))).toEqual(['GET', null, 'accept']);
});

it('does not give back on the way home what it took off on the way out', () => {
  const out = follow({ method: 'GET', headers: new Headers(sent) }, 302, here, away);
  const back = out.ok ? follow(out.hop, 302, away, here) : out;
  expect(back.ok ? [...back.hop.headers.keys()] : 'not followed').toEqual(['accept']);
});
