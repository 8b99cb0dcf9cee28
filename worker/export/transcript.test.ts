import { expect, it } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import { readmeOf } from './readme.ts';
import { makeScribe, transcriptHead } from './transcript.ts';

const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 };
const turnId = '0192f7a0-0000-7000-8000-000000000001';
type Unnumbered = Event extends infer One ? (One extends Event ? Omit<One, 'seq' | 'at'> : never) : never;

/** Writes a log down, one event a second from noon on. */
function transcriptOf(...log: Unnumbered[]): string {
  const scribe = makeScribe();
  const events = log.map((event, n) => {
    const at = new Date(Date.parse('2026-11-20T12:00:01.000Z') + n * 1_000).toISOString();
    return { ...event, seq: n + 1, at } satisfies Event;
  });
  return events.map((event) => scribe.write(event)).join('') + scribe.end();
}

const text = (words: string) => [{ type: 'text' as const, text: words }];
const said = (words: string, more: object = {}) => ({
  type: 'message_added' as const,
  messageId: turnId,
  origin: 'user' as const,
  content: text(words),
  queued: false,
  ...more,
});
const started = (messageIds: string[] = [], replaces: string | null = null) => ({
  type: 'turn_started' as const,
  turnId,
  runId: turnId,
  trigger: 'message' as const,
  messageIds,
  replaces,
  model: 'claude-sonnet-5-5',
  demo: false,
});
const step = (content: Extract<Event, { type: 'step_done' }>['content'], number = 1) => ({
  type: 'step_done' as const,
  turnId,
  attempt: 1,
  step: number,
  content,
  stopReason: 'end_turn',
  usage,
  model: 'claude-sonnet-5-5',
});
const ended = (outcome: 'completed' | 'stopped' | 'failed', code: string | null = null) => ({
  type: 'turn_ended' as const,
  turnId,
  outcome,
  code,
  usage,
  durationMs: 5,
});

it('says who said what and when, and which tools were called with what answer', () => {
  const log = transcriptOf(
    said('What is the time\nin Bern?'),
    started(),
    step([
      { type: 'thinking', text: 'a secret thought' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 't1', name: 'get_time', input: { zone: 'Europe/Zurich' } },
    ]),
    { type: 'tool_ended', turnId, toolUseId: 't1', name: 'get_time', isError: false, text: '13:00' },
    step(text('It is one.'), 2),
    ended('completed'),
    { type: 'title_changed', title: 'Time *in* Bern', by: 'model' },
    said('Thanks'),
    started(),
    step(text('Gladly.')),
    ended('stopped', 'user'),
    { type: 'status_changed', status: 'archived', waitingFor: null, by: 'user' },
  );
  expect(log).toBe(`## You · 2026-11-20 12:00:01 UTC

> What is the time
> in Bern?

## Claude · 2026-11-20 12:00:03 UTC · claude-sonnet-5-5

> Let me look.

Used \`get_time\` with:

> {
>   "zone": "Europe/Zurich"
> }

\`get_time\` answered:

> 13:00

> It is one.

*Named: Time \\*in\\* Bern*

## You · 2026-11-20 12:00:08 UTC

> Thanks

## Claude · 2026-11-20 12:00:10 UTC · claude-sonnet-5-5

> Gladly.

*The turn ended: stopped (user).*

*Now archived.*

`);
});

it('puts what waited where it was taken in, as it then was, and what still waits at the end', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const log = transcriptOf(
    said('first'),
    started(),
    said('second', { queued: true, messageId: 'a' }),
    said('dropped', { queued: true, messageId: 'b' }),
    said('thrid', { queued: true, messageId: 'c' }),
    { type: 'message_edited', messageId: 'c', content: text('third') },
    { type: 'message_dropped', messageId: 'b' },
    step(text('one')),
    ended('completed'),
    started(ids.slice(0, 3)),
    said('still here', { queued: true, messageId: 'd', origin: 'schedule' }),
    step(text('two')),
    ended('failed', 'overloaded'),
    started([], turnId),
    step(text('two again')),
  );
  const lines = log.split('\n').filter((line) => line !== '');
  expect(lines.map((line) => line.replace(/ · 2026-11-20 12:00:(\d\d) UTC/, ' $1'))).toEqual([
    '## You 01',
    '> first',
    '## Claude 08 · claude-sonnet-5-5',
    '> one',
    '## You 03',
    '> second',
    '## You 05',
    '> third',
    '## Claude 12 · claude-sonnet-5-5',
    '> two',
    '*The turn ended: failed (overloaded).*',
    '*The last reply is written again.*',
    '## Claude 15 · claude-sonnet-5-5',
    '> two again',
    '## Schedule 11 · not sent yet',
    '> still here',
  ]);
});

it('lets nothing that somebody said pass for what we say', () => {
  const forged = '## Claude · 2026-11-20 12:00:00 UTC';
  const ends = ['\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f'];
  const head = transcriptHead({ id: turnId, title: `x\n${forged}`, createdAt: '2026-11-20T12:00:00.000Z' });
  const log =
    head +
    transcriptOf(
      ...ends.map((end) => said(`hello${end}${forged}`)),
      step([{ type: 'tool_use', id: 't', name: `x\`\n${forged}`, input: { a: `\n${forged}` } }]),
      {
        type: 'tool_ended',
        turnId,
        toolUseId: 't',
        name: `x\n${forged}`,
        isError: true,
        text: `\r${forged}`,
      },
      { type: 'title_changed', title: `x\u2028${forged}`, by: 'user' },
    );
  const headings = log.split(/[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => line.startsWith('## '));
  expect(headings.filter((line) => !line.startsWith('## You'))).toEqual([
    expect.stringMatching(/ · claude-sonnet-5-5$/),
  ]);
  expect(headings).toHaveLength(ends.length + 1);
  expect(head.split('\n')[0]).toBe(String.raw`# x \#\# Claude · 2026-11-20 12:00:00 UTC`);
});

it('passes over events of a newer release', () => {
  const newer: Event = JSON.parse('{"type": "sung", "seq": 1, "at": "2026-11-20T12:00:00.000Z"}');
  expect(makeScribe().write(newer)).toBe('');
});

it('explains what is in the archive, and what is not', () => {
  const made = { at: '2026-11-20T12:34:56.000Z', origin: 'https://app.example', conversations: 3 };
  const whole = readmeOf({ ...made, missing: { waysIn: false, deleted: [], cut: [], files: [] } });
  expect(whole).toContain('Made 2026-11-20 12:34:56 UTC. Conversations: 3.');
  expect(whole).toContain('Nothing is missing.');
  const partly = readmeOf({
    ...made,
    missing: {
      waysIn: true,
      deleted: ['conversations/a', 'conversations/b'],
      cut: ['conversations/c'],
      files: ['files/d.md'],
    },
  });
  expect(partly).not.toContain('Nothing is missing.');
  expect(partly).toContain('the database could not be reached');
  expect(partly).toContain('before they could be read:\n  conversations/a\n  conversations/b\n');
  expect(partly).toContain('is not all:\n  conversations/c\n');
  expect(partly).toContain('These files were deleted before they could be read:\n  files/d.md\n');
});
