/** The end of a conversation's part in a daily run, and what its person has begun in it meanwhile. */
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { newcomer } from '#worker/test-browser.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { conversation } from './client.ts';

beginAtNoon();

it('is put away with the run, but not while its person has it at work', async () => {
  const { userId } = await newcomer();
  const make = async (text: string | null) => {
    const id = crypto.randomUUID();
    const object = conversation(env, id);
    const message = text === null ? null : { id: crypto.randomUUID(), text };
    const work = {
      runId: crypto.randomUUID(),
      role: 'agent' as const,
      tools: [],
      endsAt: NOON - 1,
      dry: false,
      tokenBudget: null,
    };
    const turnId = crypto.randomUUID();
    await object.create({ id, ownerId: userId, kind: 'task', title: 'A task', message, turnId, work });
    return async () => {
      await object.endWork(userId, true);
      const got = await object.get(userId);
      return got.ok && [got.conversation.status, got.conversation.working];
    };
  };
  const [idle, words] = [await make(null), `one more thing ${crypto.randomUUID()}`];
  await standIn.hold(words);
  const busy = await make(words);
  expect([await idle(), await busy()]).toEqual([
    ['archived', false],
    ['active', true],
  ]);
  await standIn.release();
});
