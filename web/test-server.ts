/** A server for component tests: answers the page's real clients by method and path, and remembers what was asked. */
import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { problems, type ProblemCode } from '#shared/protocol/problem.ts';
import { queryClient, session } from './data/app.ts';

export interface Asked {
  /** Such as `POST /api/api-keys`. */
  what: string;
  /** What follows the question mark. */
  query?: string;
  body: unknown;
  /** What names the act. */
  key?: string | null;
}

type Answer = Response | ((asked: Asked) => Response);

/** A refusal as the server writes it. */
export const refusal = (code: ProblemCode, more: Record<string, unknown> = {}): Response =>
  Response.json(
    { type: 'about:blank', ...problems[code], code, requestId: 'r', ...more },
    { status: problems[code].status },
  );

export const done = (): Response => new Response(null, { status: 204 });

/** Serves until the end of the test. What has no answer is not found. */
export function serve(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const { pathname, search } = new URL(address, 'http://app.test');
    const what = `${init.method ?? 'GET'} ${pathname}`;
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    asked.push({ what, query: search.slice(1), body, key: new Headers(init.headers).get('idempotency-key') });
    const answer = answers[what] ?? refusal('not_found');
    return typeof answer === 'function' ? answer({ what, query: search.slice(1), body }) : answer.clone();
  });
  return asked;
}

export const ada = {
  id: '019a0000-0000-7000-8000-000000000001',
  email: 'ada@example.test',
  emailVerified: true,
  name: 'Ada',
  timezone: 'UTC',
  createdAt: '2026-11-01T10:00:00.000Z',
};

/** Ada is signed in, with a token that is good for the whole test. */
export const signIn = (): void => session.enter({ user: ada, accessToken: 'token', expiresIn: 600 });

afterEach(() => {
  // First what is drawn: it would ask the real network for what is thrown out here.
  cleanup();
  vi.unstubAllGlobals();
  queryClient.clear();
});
