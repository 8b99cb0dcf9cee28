/** When the process was not there: from, until, in milliseconds since the epoch. */
export type Away = ReadonlyArray<readonly [number, number]>;

/** When the process was there at last for what was due at `due` and was done at `at`. */
export const readyFor = (away: Away, due: number, at: number): number =>
  Math.max(
    due,
    ...away.flatMap(([since, until]) => (since <= at && until > due && until <= at ? [until] : [])),
  );

/** When the process is there, from `at` on. */
export function backAt(away: Away, at: number): number {
  const until = away.find(([since, end]) => at >= since && at < end)?.[1];
  return until === undefined ? at : backAt(away, until);
}
