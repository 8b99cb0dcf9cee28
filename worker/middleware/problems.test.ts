import { expect, it } from 'vitest';
import { DatabaseUnavailable } from '#shared/adapters/db/faults.ts';
import { problemResponse, refusalOf } from './problems.ts';

it('tells what may be repeated from what is broken, and says nothing of the error itself', async () => {
  const reset = Object.assign(new Error('The Durable Object was reset: secret'), { retryable: true });
  expect(refusalOf(reset)).toEqual({ refuse: 'unavailable', retryAfter: 1 });
  expect(refusalOf(new DatabaseUnavailable('57P01'))).toMatchObject({ refuse: 'database_unavailable' });
  expect(refusalOf(new TypeError('secret'))).toEqual({ refuse: 'internal' });
  const response = problemResponse(refusalOf(reset), 'request-1');
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await response.text()).not.toContain('secret');
});
