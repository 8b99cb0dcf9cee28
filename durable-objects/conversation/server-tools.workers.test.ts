/** Tools that the model's own service runs: shown, kept, marked as outside, replayed unchanged, gone on with. */
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer } from '#worker/test-browser.ts';
import { v4 as uuidv4 } from 'uuid';

// Without a key the app offers none of them: what stands in has no service behind it.
beforeAll(() => {
  Object.assign(env, { ANTHROPIC_API_KEY: 'a-key-for-tests' });
  return standIn.hurry();
});
afterAll(() => void Object.assign(env, { ANTHROPIC_API_KEY: '' }));

const bytes = (value: unknown): string =>
  JSON.stringify(value, (key, member: unknown) => (key === 'cache_control' ? undefined : member));
const plain = (value: unknown): unknown => JSON.parse(bytes(value));

async function using(options: string) {
  const ada = await newcomer();
  const words = `lamps ${uuidv4()}`;
  const talk = await Talk.begin(ada, `[scenario: server-tool ${options}] ${words}`);
  const watcher = await talk.watch();
  await watcher.ended();
  return { ada, words, talk, watcher };
}

type Watched = Awaited<ReturnType<typeof using>>['watcher'];
const shownBy = ({ transcript }: Watched) => transcript.messages.flatMap(({ content }) => content);
const outcomes = ({ events }: Watched) =>
  events.flatMap((event) => (event.type === 'turn_ended' ? [event.outcome] : []));

it('goes on after a pause, marks what it read as outside, and replays it byte for byte', async () => {
  const { ada, words, talk, watcher } = await using('tool=web_search pause=yes');
  expect(outcomes(watcher)).toEqual(['completed']);
  const shown = shownBy(watcher);
  expect(shown).toContainEqual(
    expect.objectContaining({ type: 'tool_use', name: 'web_search', server: true }),
  );
  expect(shown).toContainEqual(
    expect.objectContaining({
      type: 'tool_result',
      text: 'A page of the stand-in https://lamps.example/',
      isError: false,
      outside: true,
    }),
  );

  const [first, second, ...more] = await standIn.requests(words);
  expect([first?.outcome, second?.outcome, more]).toEqual(['answered', 'answered', []]);
  expect(first?.request.tools?.map(({ type }) => type).filter(Boolean)).toEqual([
    'code_execution_20260521',
    'web_fetch_20260318',
    'web_search_20260318',
  ]);
  // The paused turn is handed back as it came, with nobody's words after it.
  const paused = second?.request.messages.at(-1);
  expect(paused?.role).toBe('assistant');
  expect(plain(paused?.content)).toEqual(plain(first?.response?.content));

  // A tool that was allowed asks again, because of what was read.
  const tools = new DemoTools();
  await tools.allow(ada, await tools.connect(ada, 'modern'), 'auto');
  const next = `and now ${uuidv4()}`;
  await standIn.reply(next, [{ type: 'tool_use', name: 'modern__write_note', input: { text: 'lamps' } }]);
  await talk.say(`${next} ${words}`);
  await watcher.ended(2);
  expect((await talk.get()).question?.approval?.reason).toBe('tainted');
  expect(await tools.effects()).toEqual([]);

  const third = (await standIn.requests(words)).at(-1)?.request.messages ?? [];
  const told = third[1]?.content;
  const answered = [...(first?.response?.content ?? []), ...(second?.response?.content ?? [])];
  // Thinking is bound to the tools, and those have changed.
  const said = answered.filter(({ type }) => type !== 'thinking');
  expect(plain(told)).toEqual(plain(said));
  expect(bytes(told)).toContain('"encrypted_index":"c3RhbmQtaW4gaW5kZXg="');
  expect(bytes(told)).toContain('"encrypted_content":"c3RhbmQtaW4gcmVzdWx0"');
});

it.each([
  ['web_fetch', 'A page of the stand-in https://lamps.example/', true],
  ['bash_code_execution', '42', false],
  ['code_execution', '42', false],
])('shows what %s brought', async (tool, text, outside) => {
  const { watcher } = await using(`tool=${tool}`);
  expect(outcomes(watcher)).toEqual(['completed']);
  expect(shownBy(watcher)).toContainEqual(
    expect.objectContaining({ type: 'tool_result', text, outside, isError: false }),
  );
});

it('shows an error inside a reply that is none itself', async () => {
  const { watcher } = await using('tool=web_search error=max_uses_exceeded');
  expect(outcomes(watcher)).toEqual(['completed']);
  expect(shownBy(watcher)).toContainEqual(
    expect.objectContaining({ type: 'tool_result', text: 'max_uses_exceeded', isError: true }),
  );
});

it('can be talked to after a paused turn that never went on', async () => {
  const ada = await newcomer();
  const words = `lamps ${uuidv4()}`;
  await standIn.queue(words, 'server-tool', { tool: 'web_search', pause: 'yes' });
  await standIn.queue(words, 'unauthorized');
  const talk = await Talk.begin(ada, words);
  const watcher = await talk.watch();
  await watcher.ended();
  expect(outcomes(watcher)).toEqual(['failed']);
  await talk.say(`${words}, again`);
  await watcher.ended(2);
  const last = (await standIn.requests(words)).at(-1);
  expect([outcomes(watcher), last?.rule]).toEqual([['failed', 'completed'], null]);
});
