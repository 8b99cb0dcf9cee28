import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf } from '#test/simulate/cron-kinds.ts';
import {
  compare,
  isNearChange,
  nearChange,
  pattern,
  theirNext,
  zones,
} from '#test/simulate/cron-patterns.ts';
import { expectedNext } from '#test/simulate/cron-rule.ts';
import { isEveryHour } from './cron.ts';
import { fires, instantAt, nextFire, runsInMonth } from './next-fire.ts';
import { isTimeZone } from './time-zone.ts';
import { wallAt } from './wall-clock.ts';

const cron = (pattern: string) => ({ type: 'cron' as const, cron: pattern });
const short = (at: number) => new Date(at).toISOString().slice(5, 16);
const times = (pattern: string, zone: string, after: string, count: number) =>
  fires(cron(pattern), zone, Date.parse(after), count).map(short);

const NEW_YORK = 'America/New_York';

describe('where clocks are set forward', () => {
  it('runs a time that does not exist at the first minute after the gap', () => {
    expect(times('30 2 * * *', NEW_YORK, '2026-03-07T00:00:00Z', 3)).toEqual([
      '03-07T07:30',
      '03-08T07:00',
      '03-09T06:30',
    ]);
    expect(times('0 0 * * *', 'America/Havana', '2026-03-07T12:00:00Z', 2)).toEqual([
      '03-08T05:00',
      '03-09T04:00',
    ]);
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T12:00:00Z', 3)).toEqual([
      '10-02T15:45',
      '10-03T15:30',
      '10-04T15:15',
    ]);
    expect(times('30 1,2 * * *', NEW_YORK, '2026-03-07T20:00:00Z', 3)).toEqual([
      '03-08T06:30',
      '03-08T07:00',
      '03-09T05:30',
    ]);
  });

  it('runs several times of a gap once, together with the one after it', () => {
    expect(times('*/20 1-3 * * *', NEW_YORK, '2026-03-08T05:00:00Z', 7)).toEqual([
      '03-08T06:00',
      '03-08T06:20',
      '03-08T06:40',
      '03-08T07:00',
      '03-08T07:20',
      '03-08T07:40',
      '03-09T05:00',
    ]);
  });

  it('goes on in real time with patterns over every hour', () => {
    expect(times('*/30 * * * *', NEW_YORK, '2026-03-08T06:00:00Z', 4)).toEqual([
      '03-08T06:30',
      '03-08T07:00',
      '03-08T07:30',
      '03-08T08:00',
    ]);
  });
});

describe('where clocks are set back', () => {
  it('runs a time that exists twice once, the first time', () => {
    expect(times('30 1 * * *', NEW_YORK, '2026-10-31T00:00:00Z', 3)).toEqual([
      '10-31T05:30',
      '11-01T05:30',
      '11-02T06:30',
    ]);
    expect(times('*/20 1 * * *', NEW_YORK, '2026-11-01T04:00:00Z', 4)).toEqual([
      '11-01T05:00',
      '11-01T05:20',
      '11-01T05:40',
      '11-02T06:00',
    ]);
    expect(times('30 1 * * *', NEW_YORK, '2026-11-01T05:30:00Z', 1)).toEqual(['11-02T06:30']);
  });

  it('runs every hour of the long day with patterns over every hour', () => {
    expect(times('0 * * * *', NEW_YORK, '2026-11-01T04:00:00Z', 4)).toEqual([
      '11-01T05:00',
      '11-01T06:00',
      '11-01T07:00',
      '11-01T08:00',
    ]);
    expect(times('*/20 * * * *', 'Australia/Lord_Howe', '2026-04-04T14:30:00Z', 4)).toEqual([
      '04-04T14:40',
      '04-04T15:10',
      '04-04T15:30',
      '04-04T15:50',
    ]);
  });
});

it('finds the first of two midnights, months before clocks are set back', () => {
  expect(times('* * * 11 0,6', 'America/Havana', '2026-01-01T00:00:00Z', 1)).toEqual(['11-01T04:00']);
});

it('knows leap days, ends of months, and days that are named in two ways', () => {
  expect(times('0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', 2)).toEqual(['02-29T00:00', '02-29T00:00']);
  expect(times('0 0 31 * *', 'UTC', '2026-01-31T00:00:00Z', 2)).toEqual(['03-31T00:00', '05-31T00:00']);
  expect(times('0 0 L * *', 'UTC', '2026-02-01T00:00:00Z', 2)).toEqual(['02-28T00:00', '03-31T00:00']);
  // As in crontab(5): a day of the month or a weekday, where both are named.
  expect(times('0 0 1 * 1', 'UTC', '2026-12-01T00:00:00Z', 2)).toEqual(['12-07T00:00', '12-14T00:00']);
  expect(nextFire(cron('0 0 30 2 *'), 'UTC', 0)).toBeNull();
});

it('counts "every" from its anchor, and knows once and at once', () => {
  const every = { type: 'every' as const, seconds: 90, anchor: '2026-11-24T12:00:00.000Z' };
  expect(fires(every, 'UTC', Date.parse(every.anchor), 2).map(short)).toEqual(['11-24T12:01', '11-24T12:03']);
  expect(nextFire(every, 'UTC', Date.parse('2026-11-24T12:01:30Z'))).toBe(Date.parse('2026-11-24T12:03:00Z'));
  // Asked about a time before it was made, it does not fire before that.
  expect(nextFire(every, 'UTC', 0)).toBe(Date.parse('2026-11-24T12:01:30Z'));
  const once = { type: 'once' as const, at: '2026-11-25T08:00' };
  expect(nextFire(once, 'Europe/Zurich', 0)).toBe(Date.parse('2026-11-25T07:00:00Z'));
  expect(nextFire(once, 'Europe/Zurich', Date.parse('2026-11-25T07:00:00Z'))).toBeNull();
  expect(instantAt('2026-11-25T08:00+05:30', 'UTC')).toBe(Date.parse('2026-11-25T02:30:00Z'));
  expect(nextFire({ type: 'immediate' }, 'UTC', 0)).toBeNull();
});

/** A sample in the tests; `node test/simulate/cron.ts` has all ten thousand. */
it('agrees with another library wherever clocks do not change', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      pattern,
      fc.constantFrom(...zones),
      fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2031-01-01') }),
      (text, zone, after) => {
        const { ours, theirs, change } = compare(text, zone, after);
        // It gives up on some patterns in zones with half an hour of summer time.
        if (ours === null || theirs === 'gave up' || change) return;
        compared += 1;
        expect([text, zone, short(after), ours]).toEqual([text, zone, short(after), theirs]);
      },
    ),
    { seed: 7, numRuns: 150 },
  );
  expect(compared).toBeGreaterThan(60);
});

it('answers what the rules say about the hours in which clocks change, and differs from another library only by them', () => {
  const drawn = fc.sample(nearChange, { seed: 9, numRuns: 60 });
  for (const each of drawn) {
    const { text, zone, after } = each;
    const [rule, theirs] = [expectedNext(text, zone, after), theirNext(each)];
    expect([each, nextFire(cron(text), zone, after)]).toEqual([each, rule?.at ?? null]);
    expect([each, rule?.at === theirs || kindOf(each, rule, theirs) !== null]).toEqual([each, true]);
  }
});

it('never answers a time that is not later, or that the pattern does not name', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.constantFrom(...zones),
      fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2031-01-01') }),
      (text, zone, after) => {
        const next = nextFire(cron(text), zone, after);
        if (next === null) return;
        expect(next).toBeGreaterThan(after);
        const named = text.split(' ')[0] ?? '*';
        const isMoved = isNearChange(zone, next) && !isEveryHour(text);
        const minute = new Date(wallAt(zone, next)).getUTCMinutes();
        expect(!/^\d+$/.test(named) || isMoved || minute === Number(named)).toBe(true);
      },
    ),
    { seed: 8, numRuns: 400 },
  );
});

/** A sample of zones and years; the script has all of both. */
it('runs a time of day once per local day, in spring and in autumn', () => {
  const all = Intl.supportedValuesOf('timeZone');
  const some = all.filter((_zone, at) => at % 23 === 0);
  for (const zone of [...some, ...zones]) {
    const days = new Set<string>();
    let at = Date.parse('2026-01-01T12:00:00Z');
    const end = Date.parse('2027-01-01T12:00:00Z');
    let count = 0;
    for (;;) {
      const next = nextFire(cron('30 2 * * *'), zone, at);
      if (next === null || next > end) break;
      days.add(new Date(wallAt(zone, next)).toISOString().slice(0, 10));
      count += 1;
      at = next;
    }
    expect([zone, count, days.size]).toEqual([zone, 365, 365]);
  }
});

it('knows the zones of the database, and no others', () => {
  for (const zone of Intl.supportedValuesOf('timeZone'))
    expect([zone, isTimeZone(zone)]).toEqual([zone, true]);
  for (const zone of ['Mars/Olympus', '+02:00', '', 'UTC+1'])
    expect([zone, isTimeZone(zone)]).toEqual([zone, false]);
});

it('says about how often a rule fires in a month', () => {
  const now = Date.parse('2026-11-24T12:01:30Z');
  const often = (cron: string) => runsInMonth({ type: 'cron', cron }, 'Europe/Berlin', now);
  expect([often('*/5 * * * *'), often('0 8 * * *'), often('0 8 * * 1'), often('0 0 1 1 *')]).toEqual([
    8_640, 30, 4, 0,
  ]);
});
