import { expect, it } from 'vitest';
import { addUsage, priceOf, usageOf } from './prices.ts';

const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

it('uses the price of the day, per million tokens', () => {
  expect(priceOf('claude-sonnet-5-5', '2026-10-06').cacheRead).toBe(0.2);
  expect(priceOf('claude-sonnet-5-5', '2026-10-07').cacheRead).toBe(0.1);
  expect(
    usageOf('claude-sonnet-5-5', { ...tokens, input: 1_000_000, output: 100_000 }, '2026-11-21').cost,
  ).toBe(3);
  expect(
    usageOf('claude-opus-5-5', { ...tokens, cacheWrite5m: 200_000, cacheRead: 1_000_000 }, '2026-11-21').cost,
  ).toBe(1.2);
});

it('prices the long band of the small model by request', () => {
  const short = usageOf('claude-haiku-5-5', { ...tokens, input: 100_000 }, '2026-11-21');
  const long = usageOf('claude-haiku-5-5', { ...tokens, input: 100_001 }, '2026-11-21');
  expect(short.cost).toBeCloseTo(0.01, 8);
  expect(long.cost).toBeCloseTo(0.0500005, 8);
  expect(addUsage(short, short).cost).toBeCloseTo(0.02, 8);
});

it('knows dated names, and estimates an unknown model as the dearest of its family', () => {
  expect(priceOf('claude-haiku-4-5-20251001', '2026-11-21').output).toBe(5);
  expect(priceOf('claude-opus-9', '2026-11-21').output).toBe(25);
  expect(priceOf('something-else', '2026-11-21').output).toBe(50);
});
