/** The points at which the harness kills the server, and what the conversation is doing there. */

/** What the stand-in is told before the message goes out. */
export type Setup =
  | { kind: 'hold'; deltas: number | null }
  | { kind: 'at once' }
  | { kind: 'retrying'; retryAfterSeconds: number }
  | { kind: 'settled' };

export interface Point {
  name: string;
  setup: Setup;
  /** Kills in a row, the next one while the reply is written again. */
  kills: number;
  /** A second message waits in the queue when the process dies. */
  queued: boolean;
}

const at = (deltas: number, more: Partial<Point> = {}): Point => ({
  name: `after ${deltas} pieces${more.queued ? ', one message waiting' : ''}${more.kills ? ', twice' : ''}`,
  setup: { kind: 'hold', deltas },
  kills: 1,
  queued: false,
  ...more,
});

/** Twenty-four points, in the order in which a reply passes them. */
export const points: ReadonlyArray<Point> = [
  { name: 'as soon as the message is sent', setup: { kind: 'at once' }, kills: 1, queued: false },
  { name: 'before the first byte', setup: { kind: 'hold', deltas: null }, kills: 1, queued: false },
  {
    name: 'before the first byte, one waiting',
    setup: { kind: 'hold', deltas: null },
    kills: 1,
    queued: true,
  },
  ...[1, 2, 3, 5, 8, 13, 18, 24, 31, 39, 48, 57].map((deltas) => at(deltas)),
  ...[2, 20, 50].map((deltas) => at(deltas, { queued: true })),
  ...[4, 30].map((deltas) => at(deltas, { kills: 2 })),
  at(10, { kills: 2, queued: true }),
  {
    name: 'while waiting for the next attempt',
    setup: { kind: 'retrying', retryAfterSeconds: 2 },
    kills: 1,
    queued: false,
  },
  {
    name: 'while waiting for the next attempt, one waiting',
    setup: { kind: 'retrying', retryAfterSeconds: 2 },
    kills: 1,
    queued: true,
  },
  { name: 'after the reply', setup: { kind: 'settled' }, kills: 1, queued: false },
];

/** A few of them, spread evenly and moved by the seed: for every test run. */
export const sample = <One>(all: ReadonlyArray<One>, count: number, seed: number): One[] =>
  Array.from({ length: count }, (_, index) => {
    const step = all.length / count;
    return all[Math.floor(index * step + (seed % Math.ceil(step))) % all.length];
  }).filter((one) => one !== undefined);
