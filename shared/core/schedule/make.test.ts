import { expect, it } from 'vitest';
import { makeSchedule, scheduleChange } from './make.ts';

const now = Date.parse('2026-11-24T12:00:00.000Z');
const ownZone = 'Europe/Zurich';

it('goes on with an interval that is said again, and begins another one', () => {
  const made = makeSchedule({ every: 600, instruction: 'Look' }, { id: 's', ownZone, now });
  if (!made.ok) throw new Error(made.detail);
  const later = { ownZone, now: now + 90_000 };
  const name = { name: 'News' };
  expect(scheduleChange({ ...name, every: 600 }, made.schedule, later)).toEqual({ ok: true, change: name });
  const anchor = '2026-11-24T12:01:30.000Z';
  expect(scheduleChange({ every: 660 }, made.schedule, later)).toEqual({
    ok: true,
    change: { rule: { type: 'every', seconds: 660, anchor } },
  });
  // One that has ended begins anew.
  expect(scheduleChange({ every: 600 }, { ...made.schedule, ended: true }, later)).toEqual({
    ok: true,
    change: { rule: { type: 'every', seconds: 600, anchor } },
  });
});
