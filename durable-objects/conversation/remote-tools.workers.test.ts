/** Tools of remote servers in a conversation: the yes they need, who gives it, and what then runs. */
import { beforeAll, describe, expect, it } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { v4 as uuidv4 } from 'uuid';

beforeAll(() => standIn.hurry());

const use = (name: string, input: Record<string, unknown>) => ({ type: 'tool_use', name, input });

/** A conversation in which the model proposes these calls at once. */
async function proposing(browser: TestBrowser, calls: ReadonlyArray<Record<string, unknown>>) {
  const words = `do it ${uuidv4()}`;
  await standIn.reply(words, calls);
  const talk = await Talk.begin(browser, words);
  const watcher = await talk.watch();
  await watcher.ended();
  return { talk, watcher };
}

const results = (watcher: Awaited<ReturnType<Talk['watch']>>) =>
  watcher.transcript.messages.flatMap(({ content }) =>
    content.flatMap((block) =>
      // Where there are many tools, the model's service searches first: its own results are none of the calls'.
      block.type === 'tool_result' && !block.toolUseId.startsWith('srvtoolu_')
        ? [`${block.outcome}: ${block.text.slice(0, 40)}`]
        : [],
    ),
  );

describe('an approval', () => {
  it('lets exactly the shown call run, once, for the first of a hundred decisions', async () => {
    const ada = await newcomer();
    const tools = new DemoTools();
    await tools.connect(ada, 'modern');
    const { talk, watcher } = await proposing(ada, [use('modern__write_note', { text: 'hello' })]);
    expect(await tools.effects()).toEqual([]);
    const { question, status } = await talk.get();
    expect([status, question?.approval?.risk, question?.approval?.input['text']]).toEqual([
      'waiting_input',
      'write',
      'hello',
    ]);
    const decisions = await Promise.all(
      Array.from({ length: 100 }, () =>
        talk.call('POST', `/questions/${question?.id}/answer`, {
          decision: 'approve',
          hash: question?.approval?.hash,
        }),
      ),
    );
    const statuses = decisions.map((response) => response.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([202, ...Array.from({ length: 99 }, () => 410)]);
    await watcher.ended(2);
    expect((await tools.effects()).map(({ args }) => args)).toEqual([{ text: 'hello' }]);
    expect(results(watcher)).toEqual(['ok: Note written: hello']);
  });

  it('runs what was edited, refuses another hash, and tells a rejection with its reason', async () => {
    const ada = await newcomer();
    const tools = new DemoTools();
    await tools.connect(ada, 'legacy');
    const calls = [
      use('legacy__send_message', { to: 'bob', text: 'one' }),
      use('legacy__delete_note', { id: '7' }),
    ];
    const { talk, watcher } = await proposing(ada, calls);
    const { questions } = await talk.get();
    const [send, remove] = questions;
    expect(questions.map(({ approval }) => approval?.risk)).toEqual(['send', 'destroy']);
    const changed = await talk.call('POST', `/questions/${send?.id}/answer`, {
      decision: 'approve',
      hash: 'x',
    });
    expect(changed.status).toBe(409);
    await talk.call('POST', `/questions/${send?.id}/answer`, {
      decision: 'approve',
      input: { to: 'bob', text: 'two' },
    });
    await watcher.ended(2);
    expect((await talk.get()).status).toBe('waiting_input');
    await talk.call('POST', `/questions/${remove?.id}/answer`, { decision: 'reject', reason: 'keep it' });
    await watcher.ended(3);
    expect((await tools.effects()).map(({ tool, args }) => [tool, args])).toEqual([
      ['send_message', { to: 'bob', text: 'two' }],
    ]);
    expect(results(watcher).toSorted()).toEqual([
      'denied: Not done: the person rejected this call ',
      'ok: Message sent to bob.',
    ]);
  });
});

it('runs a tool that was set to auto, until outside content is about', async () => {
  const ada = await newcomer();
  const tools = new DemoTools();
  const connection = await tools.connect(ada, 'modern');
  await tools.allow(ada, connection, 'auto');
  const { talk, watcher } = await proposing(ada, [use('modern__write_note', { text: 'first' })]);
  expect((await talk.get()).status).toBe('active');
  const again = `again ${uuidv4()}`;
  await standIn.reply(again, [use('modern__write_note', { text: 'second' })]);
  await talk.say(again);
  await watcher.ended(2);
  // Its own answer was text from outside.
  expect((await talk.get()).question?.approval?.reason).toBe('tainted');
  expect((await tools.effects()).map(({ args }) => args['text'])).toEqual(['first']);
});
