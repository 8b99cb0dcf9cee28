import { describe, expect, it } from 'vitest';
import { maxRunsPerHour, nextStart, nextStartByHand, promptRuns, recentStarts } from './pace.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOON = 12 * HOUR;

/** Starts runs as early as may be, with one delivery at each of the times. */
function play(times: ReadonlyArray<number>): { starts: number[]; longest: number } {
  const starts: number[] = [];
  let longest = 0;
  for (const at of times) {
    // What came before the last run began went into it.
    if (at <= (starts.at(-1) ?? -1)) continue;
    const start = Math.max(at, nextStart(starts));
    longest = Math.max(longest, start - at);
    starts.push(start);
  }
  return { starts, longest };
}

const every = (gap: number, until: number) =>
  Array.from({ length: Math.ceil(until / gap) }, (_, index) => NOON + index * gap);

/** The most starts in any hour. */
const most = (starts: ReadonlyArray<number>) =>
  Math.max(...starts.map((now, index) => recentStarts(starts.slice(0, index + 1), now).length));

describe('runs of a webhook', () => {
  it('begin at once after a calm time, and the first few of an hour one after the other', () => {
    expect(nextStart([])).toBe(0);
    expect(nextStart(Array.from({ length: promptRuns - 1 }, () => NOON))).toBe(0);
    expect(nextStart(Array.from({ length: promptRuns }, () => NOON))).toBeGreaterThan(NOON);
    expect(nextStart(every(2 * MINUTE, HOUR))).toBeLessThanOrEqual(NOON + HOUR);
  });

  it('keep further apart with each that is used, until none is left', () => {
    const starts = [NOON];
    const pauses: number[] = [];
    while (starts.length < maxRunsPerHour) {
      const last = starts.at(-1) ?? 0;
      const next = Math.max(last, nextStart(starts));
      pauses.push(next - last);
      starts.push(next);
    }
    expect(pauses.slice(0, promptRuns - 1)).toEqual(Array.from({ length: promptRuns - 1 }, () => 0));
    for (let at = promptRuns - 1; at < pauses.length; at += 1)
      expect(pauses[at]).toBeGreaterThan(pauses[at - 1] ?? 0);
    // The thirtieth begins in the last minutes of the hour, and the next one when the first has left it.
    expect(starts.at(-1)).toBeGreaterThan(NOON + 53 * MINUTE);
    expect(nextStart(starts)).toBe(NOON + HOUR);
  });

  it('that a person asks for keep no pause, and count among those of the hour', () => {
    const starts: number[] = [];
    for (let n = 0; n < maxRunsPerHour; n += 1) {
      expect(nextStartByHand(starts)).toBe(0);
      starts.push(NOON + n * SECOND);
    }
    expect(nextStartByHand(starts)).toBe(NOON + HOUR);
    expect(nextStart(starts)).toBe(NOON + HOUR);
    expect(nextStartByHand(starts.slice(1))).toBe(0);
  });

  it('use the whole of each hour of a burst that lasts for hours', () => {
    const { starts, longest } = play(every(SECOND, 5 * HOUR));
    for (let hour = 0; hour < 5; hour += 1) {
      const of = starts.filter((at) => at >= NOON + hour * HOUR && at < NOON + (hour + 1) * HOUR);
      expect(of.length).toBe(maxRunsPerHour);
    }
    expect(most(starts)).toBe(maxRunsPerHour);
    expect(longest).toBeLessThan(7 * MINUTE);
  });

  it('never wait when deliveries come evenly, no more than the limit', () => {
    for (const gap of [2 * MINUTE, 3 * MINUTE, 10 * MINUTE])
      expect(play(every(gap, 5 * HOUR)).longest).toBe(0);
  });

  it('are never more than the limit in any hour, whatever comes', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 50; round += 1) {
      const scale = [SECOND, 20 * SECOND, 2 * MINUTE, 5 * MINUTE][round % 4] ?? SECOND;
      let now = NOON;
      const times = Array.from({ length: 2_000 }, () => (now += Math.floor(random() ** 3 * 4 * scale)));
      expect(most(play(times).starts)).toBeLessThanOrEqual(maxRunsPerHour);
    }
  });
});
