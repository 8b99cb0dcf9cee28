/** A person with more tools than a prompt should hold: the model searches for one, finds it, and it is approved. */
import { beforeAll, expect, it } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer } from '#worker/test-browser.ts';
import { v4 as uuidv4 } from 'uuid';

beforeAll(() => standIn.hurry());

/** A request's prefix without the marks, which move. */
const bytes = (value: unknown): string =>
  JSON.stringify(value, (key, member: unknown) => (key === 'cache_control' ? undefined : member));

it('finds one of many tools, calls it after a yes, and replays what it found byte for byte', async () => {
  const ada = await newcomer();
  const tools = new DemoTools();
  const connections = [
    await tools.connect(ada, 'many'),
    await tools.connect(ada, 'modern'),
    await tools.connect(ada, 'legacy'),
  ];
  expect(connections.flatMap((connection) => connection.tools).length).toBeGreaterThan(30);
  const words = `note it ${uuidv4()}`;
  await standIn.reply(words, [
    { type: 'tool_use', name: 'modern__write_note', input: { text: 'found by search' } },
  ]);
  const talk = await Talk.begin(ada, words);
  const watcher = await talk.watch();
  await watcher.ended();

  const { question } = await talk.get();
  expect(question?.approval?.input).toMatchObject({ text: 'found by search' });
  expect(await tools.effects()).toEqual([]);
  await talk.call('POST', `/questions/${question?.id}/answer`, {
    decision: 'approve',
    hash: question?.approval?.hash,
  });
  await watcher.ended(2);
  expect((await tools.effects()).map(({ args }) => args)).toEqual([{ text: 'found by search' }]);

  const [first, second, ...more] = await standIn.requests(words);
  expect([first?.outcome, second?.outcome, more]).toEqual(['answered', 'answered', []]);
  // What the prompt begins with is the same: nothing of what was found was added to the tools.
  expect(JSON.stringify(second?.request.tools)).toBe(JSON.stringify(first?.request.tools));
  expect(JSON.stringify(second?.request.system)).toBe(JSON.stringify(first?.request.system));
  const before = first?.request.messages ?? [];
  expect(bytes(second?.request.messages.slice(0, before.length))).toBe(bytes(before));
  // And the answer stands in the second request as it came. A stream does not say in which order the members of a call
  // stand, so that the order is compared where the stream gave it.
  const answer = first?.response?.content ?? [];
  expect(answer.map(({ type }) => type).filter((type) => type !== 'thinking')).toEqual([
    'server_tool_use',
    'tool_search_tool_result',
    'tool_use',
  ]);
  const replayed = second?.request.messages[before.length]?.content;
  expect(JSON.parse(bytes(replayed))).toEqual(JSON.parse(bytes(answer)));
  const result = (blocks: unknown) =>
    bytes(Array.isArray(blocks) ? blocks.find(({ type }) => type === 'tool_search_tool_result') : null);
  expect(result(replayed)).toBe(result(answer));

  await talk.say(`${words}, and thank you`);
  await watcher.ended(3);
  const third = (await standIn.requests(words)).at(-1)?.request.messages ?? [];
  const known = second?.request.messages ?? [];
  expect(third.length).toBeGreaterThan(known.length);
  expect(bytes(third.slice(0, known.length))).toBe(bytes(known));

  const shares = await standIn.cache(words);
  expect(shares[1]?.attainable).toBeGreaterThan(512);
  expect((shares[1]?.read ?? 0) / (shares[1]?.attainable ?? 1)).toBeGreaterThanOrEqual(0.99);

  // The page shows the search and what it found.
  const shown = watcher.transcript.messages.flatMap(({ content }) => content);
  expect(shown).toContainEqual(
    expect.objectContaining({ type: 'tool_use', name: 'tool_search_tool_bm25', server: true }),
  );
  expect(shown).toContainEqual(
    expect.objectContaining({ type: 'tool_result', text: expect.stringContaining('modern__write_note') }),
  );
});

it('offers few tools whole: nobody has to search for them', async () => {
  const ada = await newcomer();
  const words = `few ${uuidv4()}`;
  const talk = await Talk.begin(ada, words);
  await (await talk.watch()).ended();
  const [only] = await standIn.requests(words);
  expect(only?.request.tools?.some((tool) => 'defer_loading' in tool)).toBe(false);
  expect(only?.request.tools?.map(({ name }) => name)).not.toContain('tool_search_tool_bm25');
});
