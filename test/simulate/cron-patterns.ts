/** Random cron patterns, and what an independent library says of them: for the tests and for the long comparison. */
import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { nextFire } from '#shared/core/schedule/next-fire.ts';
import { offsetAt } from '#shared/core/schedule/wall-clock.ts';
import { changesOf } from './wall.ts';

/** Six whose clocks change: by an hour, by half an hour, at either side of midnight, and twice around Ramadan. */
export const zones = [
  'America/New_York',
  'Europe/Zurich',
  'Australia/Lord_Howe',
  'America/Havana',
  'America/Santiago',
  'Africa/Casablanca',
] as const;

/** And one whose clocks never do. */
export const stillZone = 'Asia/Kolkata';

export interface Drawn {
  text: string;
  zone: string;
  after: number;
}

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
const [FROM, UNTIL] = [Date.parse('2026-01-01'), Date.parse('2036-01-01')];

/** Any pattern at any time of ten years. */
export const anywhere = (...some: ReadonlyArray<string>): fc.Arbitrary<Drawn> =>
  fc.record({ text: pattern, zone: fc.constantFrom(...some), after: fc.integer({ min: FROM, max: UNTIL }) });

const changes = zones.flatMap((zone) => changesOf(zone, FROM, UNTIL).map((change) => ({ ...change, zone })));

/** Patterns about the hours in which clocks change, asked for in the day before: where the rules differ from real time. */
export const nearChange: fc.Arbitrary<Drawn> = fc.constantFrom(...changes).chain(({ zone, at, inside }) => {
  const hour = Number(inside.slice(0, 2));
  const close = fc.integer({ min: hour - 2, max: hour + 2 }).map((each) => (each + 24) % 24);
  const hours = fc.oneof(
    close.map(String),
    fc.constantFrom('*', '*/2', '*/3'),
    fc
      .uniqueArray(close, { minLength: 2, maxLength: 3 })
      .map((some) => some.toSorted((a, b) => a - b).join(',')),
  );
  return fc.record({
    text: fc.tuple(field(0, 59), hours, field(0, 6)).map(([m, h, w]) => `${m} ${h} * * ${w}`),
    zone: fc.constant(zone),
    after: fc.integer({ min: at - DAY, max: at + DAY / 8 }),
  });
});

/** Whether clocks change within a day of an instant. */
export function isNearChange(zone: string, at: number): boolean {
  const before = offsetAt(zone, at - DAY);
  return before !== offsetAt(zone, at) || before !== offsetAt(zone, at + DAY);
}

/** What another library says; it gives up searching for some patterns that have a next time. */
export function theirNext({ text, zone, after }: Drawn): number | 'gave up' {
  try {
    return CronExpressionParser.parse(text, { tz: zone, currentDate: new Date(after) })
      .next()
      .getTime();
  } catch {
    return 'gave up';
  }
}

/** What both say, and whether clocks change near the beginning or near what either answers. */
export function compare(text: string, zone: string, after: number) {
  const ours = nextFire({ type: 'cron', cron: text }, zone, after);
  const theirs = theirNext({ text, zone, after });
  const looked = [after, ours, theirs].filter((at) => typeof at === 'number');
  return { ours, theirs, change: looked.some((at) => isNearChange(zone, at)) };
}
