import { expect, test } from 'vitest';
import { type Fared, pastItems } from './past.ts';

const MINUTE = 60_000;
const run = { id: 'r', status: 'ended', outcome: 'completed', code: null } as const;
const fared = (at: string, more: Partial<Fared> = {}): Fared => {
  const dueAt = Date.parse(`2026-11-${at}:00Z`);
  return { dueAt, lastDueAt: dueAt, count: 1, status: 'ran', reason: 'on_time', run, ...more };
};
const told = (past: Fared[], zone = 'UTC') =>
  pastItems(past, zone).map(
    ({ at, count, status, run: of }) =>
      `${at.slice(8, 16)} ${count} ${status}${of === null ? '' : ` ${of.id}`}`,
  );

test('few of a day are told one by one, with their runs', () => {
  const skipped = { status: 'skipped', reason: 'was_busy', run: null } as const;
  expect(told([fared('24T08:00'), fared('24T09:00', skipped), fared('25T08:00')])).toEqual([
    '24T08:00 1 ran r',
    '24T09:00 1 skipped',
    '25T08:00 1 ran r',
  ]);
});

test('many of a day are told by how they fared, by days of the person', () => {
  const often = Array.from({ length: 48 }, (_, index) => {
    const dueAt = Date.parse('2026-11-24T00:00:00Z') + index * 30 * MINUTE;
    const failed = index % 10 === 3 ? { status: 'failed' as const, reason: 'overloaded' } : {};
    return fared('24T00:00', { dueAt, lastDueAt: dueAt, ...failed });
  });
  expect(told(often)).toEqual(['24T00:00 43 ran', '24T01:30 5 failed']);
  // In New York the day before goes on until five.
  expect(told(often, 'America/New_York')).toEqual([
    '24T00:00 9 ran',
    '24T01:30 1 failed r',
    '24T05:00 34 ran',
    '24T06:30 4 failed',
  ]);
});

test('what was missed in a row stays one row, however many days it covers', () => {
  const missed = { status: 'missed', reason: 'was_down', run: null, count: 600 } as const;
  const row = fared('22T10:00', { ...missed, lastDueAt: Date.parse('2026-11-24T12:00:00Z') });
  const ran = Array.from({ length: 5 }, (_, index) => fared(`22T0${index}:00`));
  expect(told([...ran, row, fared('24T12:05')])).toEqual([
    '22T00:00 5 ran',
    '22T10:00 600 missed',
    '24T12:05 1 ran r',
  ]);
});
