/** Twenty steps with tools: each request goes on where the last one ended, and the cache is read to its end. */
import { beforeAll, expect, it } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { newcomer } from '#worker/test-browser.ts';
import { v4 as uuidv4 } from 'uuid';

beforeAll(() => standIn.hurry());

it('reads at least 99 % of what earlier requests of the turn had written', async () => {
  const ada = await newcomer();
  const errand = `a long errand ${uuidv4()}`;
  const talk = await Talk.begin(ada, `[scenario: loop tool=recall count=20] ${errand}`);
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
  // The other side's count: what marks at the best places would have read, which this app's marks decide nothing of.
  const shares = await standIn.cache(errand);
  expect(shares).toHaveLength(21);
  const best = sum(shares.map((share) => share.attainable));
  const given = sum(shares.map((share) => share.read));
  console.log(`cache: ${given} of ${best} attainable tokens read, over ${shares.length} requests`);
  expect(best).toBeGreaterThan(20_000);
  expect(given / best).toBeGreaterThanOrEqual(0.99);
});
