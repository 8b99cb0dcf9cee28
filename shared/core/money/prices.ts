/**
 * What tokens cost, as dated data. US dollars per million tokens; the newest row at or before the day of the call
 * counts. Source: the vendor's model pages as read on 2026-11-20; a model that is not listed is priced as the
 * dearest of its family name, so that an estimate errs upwards.
 */
import type { Usage } from '#shared/protocol/conversation.ts';

export interface Price {
  model: string;
  from: string;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  /** Prices for a prompt of more than this many tokens, judged per request. */
  above?: {
    tokens: number;
    input: number;
    output: number;
    cacheRead: number;
    cacheWrite5m: number;
    cacheWrite1h: number;
  };
}

export const prices: ReadonlyArray<Price> = [
  {
    model: 'claude-opus-5-5',
    from: '2026-09-22',
    input: 4,
    output: 20,
    cacheRead: 0.2,
    cacheWrite5m: 5,
    cacheWrite1h: 8,
  },
  {
    model: 'claude-opus-5',
    from: '2026-01-01',
    input: 5,
    output: 25,
    cacheRead: 0.5,
    cacheWrite5m: 6.25,
    cacheWrite1h: 10,
  },
  {
    model: 'claude-sonnet-5-5',
    from: '2026-09-28',
    input: 2,
    output: 10,
    cacheRead: 0.2,
    cacheWrite5m: 2.5,
    cacheWrite1h: 4,
  },
  {
    model: 'claude-sonnet-5-5',
    from: '2026-10-07',
    input: 2,
    output: 10,
    cacheRead: 0.1,
    cacheWrite5m: 2.5,
    cacheWrite1h: 4,
  },
  {
    model: 'claude-haiku-5-5',
    from: '2026-10-07',
    input: 0.1,
    output: 0.5,
    cacheRead: 0.01,
    cacheWrite5m: 0.125,
    cacheWrite1h: 0.2,
    above: {
      tokens: 100_000,
      input: 0.5,
      output: 2.5,
      cacheRead: 0.05,
      cacheWrite5m: 0.625,
      cacheWrite1h: 1,
    },
  },
  {
    model: 'claude-haiku-4-5',
    from: '2025-10-01',
    input: 1,
    output: 5,
    cacheRead: 0.1,
    cacheWrite5m: 1.25,
    cacheWrite1h: 2,
  },
  {
    model: 'claude-fable-5-2',
    from: '2026-11-09',
    input: 8,
    output: 40,
    cacheRead: 0.2,
    cacheWrite5m: 10,
    cacheWrite1h: 16,
  },
  {
    model: 'claude-fable-5-1',
    from: '2026-01-01',
    input: 10,
    output: 50,
    cacheRead: 0.25,
    cacheWrite5m: 12.5,
    cacheWrite1h: 20,
  },
];

/** Tokens of one request, as the Messages API's `usage` has them. */
export interface Tokens {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
}

/** The price row for a model on a day (`YYYY-MM-DD`). */
export function priceOf(model: string, day: string): Price {
  const dated = prices.filter((price) => price.from <= day).toSorted((a, b) => (a.from < b.from ? 1 : -1));
  const exact = dated.find((price) => price.model === model || model.startsWith(`${price.model}-2`));
  if (exact) return exact;
  const family = /^claude-([a-z]+)/.exec(model)?.[1] ?? '';
  const kin = prices.filter((price) => price.model.startsWith(`claude-${family}-`));
  return (kin.length > 0 ? kin : prices).reduce((a, b) => (b.output > a.output ? b : a));
}

/** Usage of one request with its cost in US dollars, to a hundred-millionth. */
export function usageOf(model: string, tokens: Tokens, day: string): Usage {
  const price = priceOf(model, day);
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
  const rate = price.above && prompt > price.above.tokens ? price.above : price;
  const micros =
    tokens.input * rate.input +
    tokens.output * rate.output +
    tokens.cacheRead * rate.cacheRead +
    tokens.cacheWrite5m * rate.cacheWrite5m +
    tokens.cacheWrite1h * rate.cacheWrite1h;
  return {
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.cacheRead,
    cacheWriteTokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
    cost: Math.round(micros * 100) / 1e8,
  };
}

/** The sum of two usages. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  cost: Math.round((a.cost + b.cost) * 1e8) / 1e8,
});
