/** Random cron patterns, and what an independent library says of them: for the tests and for the long comparison. */
import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { nextFire } from '#shared/core/schedule/next-fire.ts';
import { offsetAt } from '#shared/core/schedule/wall-clock.ts';

/** Clocks that change by an hour, by half an hour, at midnight, twice around Ramadan, and not at all. */
export const zones = [
  'America/New_York',
  'Europe/Zurich',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Casablanca',
  'Asia/Kolkata',
] as const;

const field = (min: number, max: number) => {
  const number = fc.integer({ min, max });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: number.map(String) },
    { weight: 1, arbitrary: fc.constantFrom(2, 3, 5, 7, 10, 15).map((step) => `*/${Math.min(step, max)}`) },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(number, { minLength: 2, maxLength: 2 })
        .map((pair) => pair.toSorted((a, b) => a - b).join('-')),
    },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(number, { minLength: 2, maxLength: 4 }).map((some) => some.join(',')),
    },
  );
};

export const pattern = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));

const DAY = 24 * 60 * 60_000;

/** Whether clocks change within a day of an instant. */
export function isNearChange(zone: string, at: number): boolean {
  const before = offsetAt(zone, at - DAY);
  return before !== offsetAt(zone, at) || before !== offsetAt(zone, at + DAY);
}

/** What both say, and whether clocks change near the beginning or near what either answers. */
export function compare(text: string, zone: string, after: number) {
  const ours = nextFire({ type: 'cron', cron: text }, zone, after);
  let theirs: number | 'gave up';
  try {
    theirs = CronExpressionParser.parse(text, { tz: zone, currentDate: new Date(after) })
      .next()
      .getTime();
  } catch {
    theirs = 'gave up';
  }
  const looked = [after, ours, theirs].filter((at) => typeof at === 'number');
  return { ours, theirs, change: looked.some((at) => isNearChange(zone, at)) };
}
