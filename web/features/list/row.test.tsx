import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { idOf, summaryOf } from '#shared/protocol/fixtures.ts';
import { Row } from './row.tsx';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const next = '2026-11-25T08:00:00.000Z';

function text(more: Partial<ConversationSummary>): string {
  const summary = { ...summaryOf(1, 'Trip'), id: idOf(1), ...more };
  const { unmount } = render(<Row summary={summary} zone="UTC" now={NOW} open={false} />);
  const words = screen.getByRole('link').textContent;
  unmount();
  return words;
}

test('the next run stands beside the status, in words that are short', () => {
  expect(text({ status: 'background', working: false, nextRunAt: next })).toMatch(
    /Scheduled.*next tomorrow 0?8:00/,
  );
  expect(text({ status: 'background', working: false, nextRunAt: next, lastOutcome: 'failed' })).toMatch(
    /Failed.*next tomorrow 0?8:00/,
  );
});

test('it says nothing while a run goes on, waits for an answer, or none comes', () => {
  for (const more of [
    { status: 'background', working: true, nextRunAt: next },
    { status: 'waiting_input', working: false, nextRunAt: next },
    { status: 'background', working: false, nextRunAt: null },
  ] as const)
    expect(text(more)).not.toMatch(/next/);
});
