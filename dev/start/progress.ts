/** What a person sees while the app comes up: one short line for each part, and how long it took. */

/** A part is up: which one, in what way, after how many milliseconds. */
export type OnProgress = (part: string, detail: string, ms: number) => void;

/** Waits for a part and reports it. */
export async function timed<Started>(
  part: string,
  starting: Promise<Started>,
  describe: (started: Started) => string,
  onProgress: OnProgress,
): Promise<Started> {
  const startedAt = performance.now();
  const started = await starting;
  onProgress(part, describe(started), performance.now() - startedAt);
  return started;
}

/** Prints such a line: `  Database    Postgres with its data    0.9 s`. */
export const printProgress: OnProgress = (part, detail, ms) => {
  console.log(`  ${part.padEnd(11)}${detail.padEnd(48)}${formatSeconds(ms)}`);
};

/** Milliseconds as seconds with one decimal. */
export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
