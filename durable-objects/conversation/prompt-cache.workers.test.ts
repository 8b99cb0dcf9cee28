/** Twenty steps with tools: each request goes on where the last one ended, and the cache is read to its end. */
import { beforeAll, expect, it } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { newcomer } from '#worker/test-browser.ts';

beforeAll(() => standIn.hurry());

it('reads at least 99 % of what earlier requests of the turn had written', async () => {
  const ada = await newcomer();
  const talk = await Talk.begin(ada, '[scenario: loop tool=recall count=20] a long errand');
  const watcher = await talk.watch();
  await watcher.ended();
  const usages = watcher.events.flatMap((event) => (event.type === 'step_done' ? [event.usage] : []));
  expect(usages).toHaveLength(21);
  // A request can read what the one before it was, up to its last mark: all but the few tokens that follow it.
  const attainable = usages.slice(0, -1).map((usage) => usage.cacheReadTokens + usage.cacheWriteTokens);
  const read = usages.slice(1).map((usage) => usage.cacheReadTokens);
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
  console.log(`cache: ${sum(read)} of ${sum(attainable)} tokens read, over ${read.length} steps`);
  expect(sum(attainable)).toBeGreaterThan(20_000);
  expect(sum(read) / sum(attainable)).toBeGreaterThanOrEqual(0.99);
});
