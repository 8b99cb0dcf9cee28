/**
 * How far apart the runs of a webhook keep. A burst that lasts must not use the hour up in its first minutes: what came
 * afterwards would wait for the next one. So pauses grow with the use, and what arrives meanwhile shares a run.
 */

/** Runs of a webhook in an hour: whatever arrives beyond them shares the next one. */
export const maxRunsPerHour = 30;
/**
 * The first of them follow each other without a pause: a few deliveries at once are nothing to hold back, nor are the
 * tries of a run that fails and the one that a person asks for after them.
 */
export const promptRuns = 6;

const hourMs = 60 * 60_000;

/** Starts within the last hour, oldest first. */
export const recentStarts = (startedAt: ReadonlyArray<number>, now: number): number[] =>
  startedAt.filter((at) => at > now - hourMs);

/**
 * By what pause runs could follow each other evenly from `now` on without ever running out: those that are left have to
 * last until the oldest start is an hour old and gives its place back, those and one more until the next oldest, and so on.
 */
function evenPause(starts: ReadonlyArray<number>, now: number): number {
  const left = maxRunsPerHour - starts.length;
  return Math.max(...starts.map((at, index) => (at + hourMs - now) / (left + index + 1)));
}

/**
 * When the next run may begin; a time gone by when nothing holds it. The pause since the last one is the even pause times the share of
 * the hour that is used, beyond the first few. With all of them used it lasts until the oldest is an hour old, so that
 * no hour ever has more; and whoever sends evenly, no more than the limit, never waits.
 */
export function nextStart(startedAt: ReadonlyArray<number>): number {
  const last = startedAt.at(-1);
  if (last === undefined) return 0;
  const starts = recentStarts(startedAt, last);
  const share = (starts.length + 1 - promptRuns) / (maxRunsPerHour + 1 - promptRuns);
  return share <= 0 ? 0 : last + Math.ceil(share * evenPause(starts, last));
}

/**
 * When a run that a person asked for may begin: they look on, so it keeps no pause, but it counts among those of the hour.
 * With all of them used it waits until the oldest is an hour old, as every other.
 */
export function nextStartByHand(startedAt: ReadonlyArray<number>): number {
  const oldest = startedAt.at(-maxRunsPerHour);
  return oldest === undefined ? 0 : oldest + hourMs;
}
