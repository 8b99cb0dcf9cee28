import { expect, test } from 'vitest';
import { ProblemError } from '#shared/client/problem-error.ts';
import { makeActs } from './acts.ts';

const problem = (code: 'offline' | 'bad_reply' | 'internal' | 'secret_shown', status: number) =>
  new ProblemError({ code, status, title: 'x' });

/** What each try was sent with, and how it ended. */
async function keysOf(tries: ReadonlyArray<[string, Error | null]>): Promise<string[]> {
  let made = 0;
  const acts = makeActs(() => `key ${(made += 1)}`);
  const keys: string[] = [];
  for (const [what, error] of tries)
    await acts(what, async (key) => {
      keys.push(key);
      if (error !== null) throw error;
    }).catch(() => undefined);
  return keys;
}

test('an act keeps its key until it is answered', async () => {
  const lost = [problem('offline', 0), problem('internal', 500), problem('bad_reply', 200), new Error('x')];
  const keys = await keysOf([...lost.map((error): [string, Error] => ['test', error]), ['test', null]]);
  expect(new Set(keys)).toEqual(new Set(['key 1']));
  expect(
    await keysOf([
      ['test', null],
      ['test', null],
    ]),
  ).toEqual(['key 1', 'key 2']);
  const refused = problem('secret_shown', 410);
  expect(
    await keysOf([
      ['rotate', refused],
      ['rotate', null],
    ]),
  ).toEqual(['key 1', 'key 2']);
});

test('what is changed between two tries is another act, and two clicks at once are one', async () => {
  const lost = problem('offline', 0);
  expect(
    await keysOf([
      ['create {"name":"a"}', lost],
      ['create {"name":"b"}', null],
    ]),
  ).toEqual(['key 1', 'key 2']);
  const acts = makeActs();
  const key = () => acts('test', async (given) => given);
  const [first, second] = await Promise.all([key(), key()]);
  expect(second).toBe(first);
});
