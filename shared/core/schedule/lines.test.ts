import { expect, it } from 'vitest';
import { scheduleOf } from '#test/core/schedule-state.ts';
import { occurrenceOf } from '#shared/protocol/fixtures.ts';
import type { Occurrence } from '#shared/protocol/schedule.ts';
import { scheduleLines } from './lines.ts';

const receipt = (more: Partial<Occurrence>) => occurrenceOf('2037-11-24T08:00:00.000Z', more);

it('tells the model what became of the last due times and why, in the zone of the schedule', () => {
  const missed = receipt({
    dueAt: '2037-11-21T08:00:00.000Z',
    lastDueAt: '2037-11-23T08:00:00.000Z',
    count: 3,
    status: 'missed',
    reason: 'was_down',
  });
  const said = (receipts: Occurrence[]) =>
    scheduleLines(
      [scheduleOf({ type: 'cron', cron: '0 9 * * *' })],
      () => 'Europe/Zurich',
      () => receipts,
    );
  expect(said([receipt({}), missed])).toContain(
    'last due times: Tue 24 Nov 2037, 09:00 ran (on_time); 3 times from Sat 21 Nov 2037, 09:00 to Mon 23 Nov 2037, 09:00 missed (was_down)',
  );
  expect(said([])).not.toContain('last due times');
});
