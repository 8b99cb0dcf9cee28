/** A turn that nobody waits for waits for its place in the lane. It begins at once when its person writes or answers. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { lane } from '#durable-objects/lib/lane.ts';
import { newcomer } from '#worker/test-browser.ts';
import { runsOf, scheduled } from '#test/workers/schedules.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

beginAtNoon();
afterEach(() => vi.restoreAllMocks());

/** A lane without a free place: `asked` resolves when a turn waits in it; only who is hurried begins. */
function fullLane() {
  const asked = Promise.withResolvers<void>();
  const place = Promise.withResolvers<void>();
  const hurried = vi.fn<() => void>(() => place.resolve());
  vi.spyOn(lane, 'place').mockImplementation(() => {
    asked.resolve();
    return { come: place.promise, hurry: hurried, leave: () => {} };
  });
  return { asked: asked.promise, hurried };
}

/** A schedule came due, and its turn waits. */
async function waiting(talk: Talk) {
  const words = `Look around ${talk.id}`;
  const given = { cron: '*/5 * * * *', timezone: 'UTC', instruction: words, whileWaiting: 'run' };
  await scheduled(talk, given);
  const full = fullLane();
  vi.setSystemTime(NOON + 5 * 60_000);
  // The ring stays open over the turn.
  const rung = runDurableObjectAlarm(conversation(env, talk.id));
  await full.asked;
  const [run] = await runsOf(talk);
  expect([run?.status, (await talk.get()).working, await standIn.requests(words)]).toEqual([
    'running',
    true,
    [],
  ]);
  return { ...full, rung, begun: async () => (await standIn.requests(words)).length > 0 };
}

it('begins when a message comes', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const { begun, hurried, rung } = await waiting(talk);
  await talk.say('And look at this, too');
  await watcher.ended();
  expect(await begun()).toBe(true);
  expect(hurried).toHaveBeenCalled();
  expect(await rung).toBe(true);
});

it('begins when an answer comes', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const input = { questions: [{ question: 'Which one?', kind: 'text' }] };
  await standIn.reply(`Ask ${talk.id}`, [{ type: 'tool_use', name: 'ask_user', input }]);
  await talk.say(`Ask ${talk.id}`);
  await watcher.ended();
  const { begun, hurried, rung } = await waiting(talk);
  const { question } = await talk.get();
  const answered = await talk.call('POST', `/questions/${question?.id}/answer`, { text: 'This one' });
  expect(answered.status).toBe(202);
  await watcher.ended(2);
  expect(await begun()).toBe(true);
  expect(hurried).toHaveBeenCalled();
  expect(await rung).toBe(true);
});
