/** A schedule as the server sends it, for the tests of its pages. */
import type { Schedule } from '#shared/protocol/schedule.ts';
import { idOf } from '#shared/protocol/fixtures.ts';

export const schedule = (more: Partial<Schedule> = {}): Schedule => ({
  id: idOf(1),
  conversationId: idOf(2),
  name: 'News',
  rule: { type: 'cron', cron: '30 8 * * 1-5' },
  words: 'every weekday at 08:30',
  timezone: null,
  instruction: 'Look for news',
  missed: 'run_late',
  overlap: 'queue_one',
  whileWaiting: 'hold',
  count: null,
  until: null,
  status: 'live',
  paused: null,
  nextAt: '2026-11-25T08:30:00.000Z',
  retryAt: null,
  lastRunAt: null,
  runs: 0,
  failures: 0,
  createdAt: '2026-11-20T10:00:00.000Z',
  ...more,
});
