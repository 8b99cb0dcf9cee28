import { render, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { applyDelta, applyEvent } from '#shared/core/conversation/fold.ts';
import { emptyTranscript, type Transcript } from '#shared/core/conversation/transcript.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { Outgoing } from '#web/data/outbox.ts';
import { TranscriptView } from './transcript-view.tsx';

const conversationId = '019a0000-0000-7000-8000-00000000000c';
const messageId = '019a0000-0000-7000-8000-0000000000a1';
const turnId = '019a0000-0000-7000-8000-0000000000b1';
const at = '2026-11-21T10:00:00.000Z';
const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0.0021 };

const said: Event = {
  seq: 1,
  at,
  type: 'message_added',
  messageId,
  origin: 'user',
  content: [{ type: 'text', text: 'Say something' }],
  queued: false,
};
const started: Event = {
  seq: 2,
  at,
  type: 'turn_started',
  turnId,
  runId: turnId,
  trigger: 'message',
  messageIds: [],
  replaces: null,
  model: 'claude-sonnet-5-5',
  demo: true,
};
const step = (text: string): Event => ({
  seq: 3,
  at,
  type: 'step_done',
  turnId,
  attempt: 1,
  step: 1,
  content: [
    { type: 'thinking', text: 'Hm.' },
    { type: 'text', text },
  ],
  stopReason: 'end_turn',
  usage,
  model: 'claude-sonnet-5-5',
});
const ended = (seq: number, outcome: 'completed' | 'failed', code: string | null = null): Event => ({
  seq,
  at,
  type: 'turn_ended',
  turnId,
  outcome,
  code,
  usage,
  durationMs: 2400,
});
const fold = (...events: Event[]) => events.reduce(applyEvent, emptyTranscript);

function grow(transcript: Transcript, kind: 'text' | 'thinking', text: string): Transcript {
  const known = kind === 'text' ? transcript.live?.text : transcript.live?.thinking;
  const next = applyDelta(transcript, { seq: 2, attempt: 1, offset: known?.length ?? 0, text, kind });
  if (!next) throw new Error('the delta does not fit');
  return next;
}

function open() {
  const did: string[] = [];
  const draw = (transcript: Transcript, outgoing: Outgoing[] = []) => (
    <TranscriptView
      conversationId="c"
      transcript={transcript}
      outgoing={outgoing}
      zone="UTC"
      now={Date.parse(at)}
      onRetry={(id) => did.push(`retry ${id}`)}
      onDelete={(id) => did.push(`delete ${id}`)}
      onRegenerate={(id) => did.push(`again ${id}`)}
      onSeen={() => undefined}
    />
  );
  const view = render(draw(emptyTranscript));
  return { did, show: (...args: Parameters<typeof draw>) => view.rerender(draw(...args)) };
}

const outgoing = (more: Partial<Outgoing> = {}): Outgoing => ({
  id: messageId,
  conversationId,
  text: 'Say something',
  createdAt: at,
  creates: false,
  code: null,
  state: 'sending',
  ...more,
});

describe('the page of talk', () => {
  test('a message stands at once and keeps its place when the server has it', () => {
    const { show } = open();
    show(emptyTranscript, [outgoing()]);
    const element = screen.getByText('Say something');
    expect(screen.getByText('Thinking'), 'the first sign of an answer does not wait for one').toBeTruthy();
    show(emptyTranscript, [outgoing({ state: 'taken' })]);
    show(fold(said), []);
    expect(screen.getByText('Say something')).toBe(element);
  });

  test('a reply grows in place, and neither its end nor a second look draws it anew', () => {
    const { show } = open();
    let transcript = fold(said, started);
    show(transcript);
    expect(screen.getByText('Thinking')).toBeTruthy();
    transcript = grow(grow(transcript, 'thinking', 'Hm.'), 'text', 'First paragraph.\n\nSecond');
    show(transcript);
    const first = screen.getByText('First paragraph.');
    const second = screen.getByText('Second');
    transcript = grow(transcript, 'text', ' one');
    show(transcript);
    expect(screen.getByText('First paragraph.')).toBe(first);
    expect(screen.getByText('Second one')).toBe(second);
    expect(screen.getByText('Writing')).toBeTruthy();

    transcript = applyEvent(transcript, step('First paragraph.\n\nSecond one'));
    show(transcript);
    expect(screen.getByText('First paragraph.')).toBe(first);
    transcript = applyEvent(transcript, ended(4, 'completed'));
    show(transcript);
    expect(screen.getByText('First paragraph.')).toBe(first);
    expect(screen.getByText('Second one')).toBe(second);
    expect(screen.queryByText('Writing')).toBeNull();
    expect(screen.getAllByRole('article')).toHaveLength(2);
  });

  test('a new attempt discards what the last one wrote, and says why it waits', async () => {
    const { show } = open();
    const retrying: Event = {
      seq: 3,
      at,
      type: 'turn_retrying',
      turnId,
      attempt: 2,
      code: 'overloaded',
      retryAt: '2000-01-01T00:00:00.000Z',
    };
    const transcript = grow(fold(said, started), 'text', 'Half a sen');
    show(transcript);
    expect(screen.getByText('Half a sen')).toBeTruthy();
    show(applyEvent(transcript, retrying));
    expect(screen.queryByText('Half a sen')).toBeNull();
    expect(await screen.findByText('Claude is overloaded. Trying again')).toBeTruthy();
  });

  test('a turn that failed says what happened, and Retry names the message it answers', async () => {
    const { show, did } = open();
    show(fold(said, started, ended(3, 'failed', 'overloaded')));
    expect(await screen.findByText('Claude is overloaded. Your message is kept.')).toBeTruthy();
    screen.getByRole('button', { name: 'Retry' }).click();
    expect(did).toEqual([`again ${messageId}`]);
  });

  test('a refused message keeps its words with the reason, a way to retry and a way to delete', async () => {
    const { show, did } = open();
    show(emptyTranscript, [outgoing({ state: 'failed', code: 'too_large' })]);
    expect(screen.getByText('Say something')).toBeTruthy();
    expect(await screen.findByText(/too long/)).toBeTruthy();
    screen.getByRole('button', { name: 'Retry' }).click();
    screen.getByRole('button', { name: 'Delete' }).click();
    expect(did).toEqual([`retry ${messageId}`, `delete ${messageId}`]);
  });
});
