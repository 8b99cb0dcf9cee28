/** The tool loop in a conversation's object, with the built-in tools and a scripted model. */
import { describe, expect, it } from 'vitest';
import { newcomer } from '#worker/test-browser.ts';
import { scheduled } from '#test/workers/schedules.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';

describe('the loop', () => {
  it('runs a tool and tells the model', async () => {
    await standIn.hurry();
    const ada = await newcomer();
    const words = `clock please ${crypto.randomUUID()}`;
    await standIn.reply(words, [{ type: 'tool_use', name: 'get_current_time', input: {} }]);
    const talk = await Talk.begin(ada, words);
    const watcher = await talk.watch();
    await watcher.ended();
    const [, reply] = watcher.transcript.messages;
    expect(reply?.content.map(({ type }) => type)).toEqual(['tool_use', 'tool_result', 'text']);
    const result = reply?.content[1];
    expect(result?.type === 'tool_result' && result.text).toMatch(/2026|20\d\d/);
  });

  it('asks, waits, and goes on with the answer', async () => {
    await standIn.hurry();
    const ada = await newcomer();
    const words = `ask me ${crypto.randomUUID()}`;
    await standIn.reply(words, [
      {
        type: 'tool_use',
        name: 'ask_user',
        input: { questions: [{ question: 'Which trip?', kind: 'text' }] },
      },
    ]);
    const talk = await Talk.begin(ada, words);
    const watcher = await talk.watch();
    await watcher.ended();
    const waiting = await talk.get();
    expect([waiting.status, waiting.waitingFor, waiting.question?.title]).toEqual([
      'waiting_input',
      'question',
      'Which trip?',
    ]);
    const answered = await talk.call('POST', `/questions/${waiting.question?.id}/answer`, { text: 'Japan' });
    expect(answered.status).toBe(202);
    await watcher.ended(2);
    expect((await talk.get()).status).toBe('active');
    const results = watcher.transcript.messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_result' ? [block.text] : [])),
    );
    expect(results).toEqual([JSON.stringify({ answers: [{ question: 'Which trip?', answer: 'Japan' }] })]);
    const again = await talk.call('POST', `/questions/${waiting.question?.id}/answer`, { text: 'Peru' });
    expect(again.status).toBe(410);
  });

  it('takes an answer that comes while the model thinks in another run', async () => {
    await standIn.hurry();
    const ada = await newcomer();
    const input = { questions: [{ question: 'Which trip?', kind: 'text' }] };
    const first = `ask me first ${crypto.randomUUID()}`;
    await standIn.reply(first, [{ type: 'tool_use', name: 'ask_user', input }]);
    const talk = await Talk.begin(ada, first);
    const watcher = await talk.watch();
    await watcher.ended();
    const words = `look at the clock, whoever waits: ${talk.id}`;
    const body = { instruction: words, cron: '0 0 1 1 *', whileWaiting: 'run' };
    const schedule = await scheduled(talk, body);
    await standIn.reply(words, [
      { type: 'thinking', text: 'The time is asked for.' },
      { type: 'tool_use', name: 'get_current_time', input: {} },
    ]);
    await standIn.hold(words);
    expect((await talk.call('POST', `/schedules/${schedule.id}/run`)).status).toBe(202);
    await standIn.held();
    const { question } = await talk.get();
    const answered = await talk.call('POST', `/questions/${question?.id}/answer`, { text: 'Japan' });
    expect(answered.status).toBe(202);
    await standIn.release();
    await watcher.ended(2);
    const ends = watcher.events.flatMap((event) => (event.type === 'turn_ended' ? [event.code] : []));
    expect(ends).toEqual([null, null]);
    // Other tests are told of calls in the same words.
    const told = (await standIn.requests('[news of the call')).map(({ request }) => request.messages);
    const last = told.findLast((messages) => JSON.stringify(messages).includes(words));
    expect(JSON.stringify(last?.at(-1))).toContain('Japan');
  });
});
