/**
 * The official MCP server that shows everything the protocol has, connected by a person and used from conversations: each
 * of its tools does its work or is refused in words that the model gets, and the turn ends as any other.
 */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import type { Connection } from '#shared/protocol/connection.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { allow, connect } from '#test/workers/tools.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { conversation } from './client.ts';

let ada: TestBrowser;
let connection: Connection;

beforeAll(async () => {
  await standIn.hurry();
  ada = await newcomer();
  connection = await connect(ada, { url: inject('everything').url, name: 'everything' });
  await allow(ada, connection, 'auto');
});

/** A conversation of its own in which the model makes one call, until its turn has ended. */
async function calling(name: string, input: Record<string, unknown>) {
  const words = `try ${name} ${uuidv4()}`;
  await standIn.reply(words, [{ type: 'tool_use', name: `everything__${name}`, input }]);
  const talk = await Talk.begin(ada, words);
  const watcher = await talk.watch();
  await watcher.ended();
  return { talk, watcher };
}

type Watched = Awaited<ReturnType<typeof calling>>['watcher'];

/** How the call came out and how the turns ended; the last words must be the model's. */
function told({ events, transcript }: Watched) {
  const results = events.flatMap((event) => (event.type === 'tool_ended' ? [event] : []));
  const turns = events.flatMap((event) => (event.type === 'turn_ended' ? [event.outcome] : []));
  const last = transcript.messages.at(-1);
  return {
    results: results.map(({ outcome, text, files = [] }) => [outcome, text, files.map(({ type }) => type)]),
    turns,
    last: [last?.role, last?.content.at(-1)?.type],
  };
}

const completed = { turns: ['completed'], last: ['assistant', 'text'] };
const result = (outcome: string, words: RegExp, ...files: string[]) => [
  [outcome, expect.stringMatching(words), files],
];

type Case = [input: Record<string, unknown>, outcome: 'ok' | 'error', words: RegExp, ...files: string[]];

/** By tool: what it is called with, and what the model is told. */
const plain: Record<string, Case[]> = {
  echo: [
    [{ message: 'hello' }, 'ok', /^Echo: hello$/],
    [{}, 'error', /Invalid arguments/],
  ],
  'get-annotated-message': [
    [{ messageType: 'error', includeImage: true }, 'ok', /^Error.*\n\[image 1, shown below\]$/, 'image/png'],
    [{ messageType: 'debug', includeImage: false }, 'ok', /^Debug/],
  ],
  'get-env': [[{}, 'ok', /"PORT"/]],
  'get-resource-links': [
    [{ count: 2 }, 'ok', /\[link ".*" demo:.*\]\n\[link /],
    [{ count: 1_000 }, 'error', /Invalid arguments/],
  ],
  'get-resource-reference': [
    [{ resourceType: 'Text', resourceId: 1 }, 'ok', /\[resource demo:.*\]\n.*plaintext/],
    [{ resourceType: 'Blob', resourceId: 1 }, 'ok', /\[resource demo:.*, not text\]/],
    [{ resourceType: 'Text', resourceId: -1 }, 'error', /./],
  ],
  'get-structured-content': [[{ location: 'Chicago' }, 'ok', /"humidity":\d/]],
  'get-sum': [[{ a: 2, b: 3 }, 'ok', /\b5\b/]],
  'get-tiny-image': [[{}, 'ok', /image 1, shown below/, 'image/png']],
  'gzip-file-as-resource': [
    [{ name: 'a.gz', data: 'data:text/plain,hello', outputType: 'resource' }, 'ok', /application\/gzip/],
    [{ name: 'a.gz', data: 'data:text/plain,hello', outputType: 'resourceLink' }, 'ok', /\[link "a.gz"/],
  ],
  'toggle-simulated-logging': [[{}, 'ok', /^Started/]],
  'toggle-subscriber-updates': [[{}, 'ok', /^Started/]],
  'trigger-long-running-operation': [[{ duration: 0.1, steps: 2 }, 'ok', /completed/]],
  // It wants to be run as a task, which this app does not do.
  'simulate-research-query': [[{ topic: 'tea' }, 'error', /requires task augmentation/]],
};
const asking = ['trigger-elicitation-request', 'trigger-url-elicitation'];
/** What the server shows only to apps that lend it their model, their folders or their tasks: the model has none of it. */
const withheld = [
  'get-roots-list',
  'trigger-sampling-request',
  'trigger-sampling-request-async',
  'trigger-elicitation-request-async',
];

it('shows every tool that this app can work with, under names of its own', () => {
  const names = connection.tools.map(({ name }) => name.replace(/^everything__/, ''));
  expect(names.toSorted()).toEqual([...Object.keys(plain), ...asking].toSorted());
  expect(connection.left).toEqual([]);
});

describe('from a conversation', () => {
  it.each(Object.entries(plain))('%s does its work, or is refused', async (name, cases) => {
    for (const [input, outcome, words, ...files] of cases) {
      const { watcher } = await calling(name, input);
      expect(told(watcher)).toEqual({ ...completed, results: result(outcome, words, ...files) });
    }
  });

  it.each(withheld)('%s is not there, and the model is told so', async (name) => {
    const { watcher } = await calling(name, { prompt: 'hello' });
    expect(told(watcher)).toEqual({ ...completed, results: result('error', /^There is no tool named/) });
  });

  it('trigger-elicitation-request asks in a form, is answered hours and a death later, and goes on', async () => {
    const { talk, watcher } = await calling('trigger-elicitation-request', {});
    expect(told(watcher)).toMatchObject({ results: [], turns: ['waiting'] });
    const { status, question } = await talk.get();
    expect([status, question?.kind, question?.from?.name]).toEqual(['waiting_input', 'form', 'everything']);
    expect(question?.fields.slice(0, 2)).toMatchObject([
      { id: 'q1.name', kind: 'text' },
      { id: 'q1.check', kind: 'confirmation' },
    ]);

    await runInDurableObject(conversation(env, talk.id), (_object, state) => state.abort('died')).catch(
      () => {},
    );
    clock.offset = 6 * 60 * 60_000;
    expect((await ada.enter('refresh')).status).toBe(200);
    const answers = { 'q1.name': 'Ada', 'q1.check': true, 'q1.integer': '7' };
    const answered = await talk.call('POST', `/questions/${question?.id}/answer`, { answers });
    expect(answered.status).toBe(202);
    const after = await talk.watch();
    await after.ended(2);
    const { results, turns } = told(after);
    expect(turns).toEqual(['waiting', 'completed']);
    expect(results).toEqual(result('ok', /Name: Ada[\s\S]*: true\n[\s\S]*: 7\n/));
    expect((await talk.get()).status).toBe('active');
  });

  it('a form that the person turns down ends the call undone', async () => {
    const { talk, watcher } = await calling('trigger-elicitation-request', {});
    const { question } = await talk.get();
    await talk.call('POST', `/questions/${question?.id}/answer`, { decision: 'reject' });
    await watcher.ended(2);
    expect(told(watcher)).toEqual({
      turns: ['waiting', 'completed'],
      last: completed.last,
      results: result('denied', /^Not done: the person rejected/),
    });
  });

  it('trigger-url-elicitation sends the person to a page, and goes on when they have been there', async () => {
    const input = { url: 'https://example.com/page', elicitationId: 'one' };
    const { talk, watcher } = await calling('trigger-url-elicitation', input);
    const { question } = await talk.get();
    expect([question?.url, question?.kind]).toEqual([input.url, 'confirmation']);
    await talk.call('POST', `/questions/${question?.id}/answer`, { decision: 'approve' });
    await watcher.ended(2);
    expect(told(watcher)).toEqual({
      turns: ['waiting', 'completed'],
      last: completed.last,
      results: result('ok', /User completed/),
    });
  });

  it('a page that is asked for again and again is given up, and the turn ends', async () => {
    // The server remembers the visit in its session alone, and each turn has a session of its own.
    const input = { url: 'https://example.com/page', elicitationId: 'two', errorPath: true };
    const { talk, watcher } = await calling('trigger-url-elicitation', input);
    let asked = 0;
    for (let { question } = await talk.get(); question !== null; { question } = await talk.get()) {
      asked += 1;
      expect(question.url).toBe('https://modelcontextprotocol.io/');
      await talk.call('POST', `/questions/${question.id}/answer`, { decision: 'approve' });
      await watcher.ended(asked + 1);
    }
    expect(asked).toBe(5);
    expect(told(watcher)).toEqual({
      turns: [...Array.from({ length: 5 }, () => 'waiting'), 'completed'],
      last: completed.last,
      results: result('unknown', /^Outcome unknown: the server refused the call/),
    });
  });
});
