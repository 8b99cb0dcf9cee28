import { expect, it } from 'vitest';
import { isNear, ringAt, shareOf } from './ahead.ts';

it('rings some seconds before, each object at a moment of its own', () => {
  expect(ringAt(60_000, 0, 0)).toBe(58_000);
  expect(ringAt(60_000, 0, 0.5)).toBe(55_000);
  expect(ringAt(60_000, 0, 0.999)).toBeGreaterThan(52_000);
});

it('rings at the due time once the moment before it has come, or is too near', () => {
  for (const now of [55_000, 57_000, 59_999, 60_000, 90_000]) expect(ringAt(60_000, now, 0.5)).toBe(60_000);
});

it('knows what is near', () => {
  expect([1, 8_000].map((at) => isNear(at, 0))).toEqual([true, true]);
  expect([0, -1, 8_001].map((at) => isNear(at, 0))).toEqual([false, false, false]);
});

it('takes the place of an object from the end of its id', () => {
  const share = (end: string) => shareOf(`0199d1f2-7a00-7000-8000-00000000${end}`);
  expect(['0000', '4000', '8000', 'c000'].map(share)).toEqual([0, 0.25, 0.5, 0.75]);
  expect(share('ffff')).toBeLessThan(1);
});
