import { expect, it } from 'vitest';
import { canonicalZone } from './time-zone.ts';
import { offsetAt } from './wall-clock.ts';

it('keeps one name for all spellings of a zone', () => {
  const spellings = ['Europe/Zurich', 'europe/zurich', 'EUROPE/zURICH'];
  expect(new Set(spellings.map(canonicalZone))).toEqual(new Set(['Europe/Zurich']));
  expect(canonicalZone('Nowhere/Else')).toBe('Nowhere/Else');
  const winter = Date.UTC(2026, 0, 1);
  expect(spellings.map((zone) => offsetAt(zone, winter))).toEqual([3_600_000, 3_600_000, 3_600_000]);
});

it('makes no formatter for another spelling', () => {
  const made: unknown[] = [];
  const Original = Intl.DateTimeFormat;
  for (let times = 0; times < 3; times += 1) offsetAt('asia/TOKYO', times);
  Intl.DateTimeFormat = new Proxy(Original, {
    construct: (target, [locale, options]: [string, Intl.DateTimeFormatOptions?]) => {
      made.push(options);
      return new target(locale, options);
    },
  });
  try {
    expect(offsetAt('ASIA/tokyo', 0)).toBe(9 * 3_600_000);
    const forOffsets = made.filter((options) => JSON.stringify(options).includes('longOffset'));
    expect(forOffsets).toEqual([]);
  } finally {
    Intl.DateTimeFormat = Original;
  }
});
