import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { TranscriptMessage } from '#shared/core/conversation/transcript.ts';
import { ByItself } from './by-itself.tsx';
import { TalkContext } from './talk-context.ts';

const id = '019a0000-0000-7000-8000-00000000000c';
const runId = '019a0000-0000-7000-8000-0000000000b1';
const at = '2026-11-21T10:00:00.000Z';

const message = (more: Partial<TranscriptMessage> = {}): TranscriptMessage => ({
  id: '019a0000-0000-7000-8000-0000000000a1',
  seq: 1,
  rev: 1,
  role: 'user',
  origin: 'schedule',
  content: [{ type: 'text', text: 'Look at the news' }],
  createdAt: at,
  turnId: runId,
  queued: false,
  source: { id: '019a0000-0000-7000-8000-0000000000e1', name: 'News', dueAt: at },
  ...more,
});

function show(shown: TranscriptMessage, of: string | null) {
  const talk = { id, questions: {}, progress: {}, running: false, zone: 'UTC', now: Date.parse(at) };
  render(
    <TalkContext value={talk}>
      <ByItself message={shown} runId={of} />
    </TalkContext>,
  );
}

const hrefOf = (name: string) => screen.getByRole('link', { name, hidden: true }).getAttribute('href');

test('the marker of work by itself leads to its run', () => {
  show(message(), runId);
  expect(hrefOf('Scheduled')).toBe(`/c/${id}/runs/${runId}`);
  expect(hrefOf('This run')).toBe(`/c/${id}/runs/${runId}`);
  expect(hrefOf('All schedules and runs')).toBe(`/c/${id}/work`);
});

test('what waits for its turn has no run to lead to', () => {
  show(message({ origin: 'webhook', turnId: null }), null);
  expect(screen.getByRole('heading', { name: 'Webhook' })).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Webhook' })).toBeNull();
});
