/** Where the process dies in a daily run: at every twentieth of a window, moved a little by a seed. */

/** Windows that are open at the same time, each begun a twentieth after the one before: one death hits four steps. */
export const WINDOWS = 4;
export const STEPS = 20;
/** How long a window of three hours lasts here: six times as long as the process is away, so that there is time to work. */
export const windowMs = (restartMs: number): number => Math.min(90_000, Math.max(20_000, 6 * restartMs));
export const timeScale = (windowMs: number): number => (180 * 60_000) / windowMs;

export interface Death {
  /** The step of the window that began first; each later one is a step behind. */
  step: number;
  /** Parts of a step before or after it: a tick of the board is no better a moment than any other. */
  jitter: number;
}

export interface DailyBatch {
  name: string;
  deaths: readonly Death[];
}

/** Two deaths for each four windows; all together every step of a window is hit, most of them twice. */
const steps = [
  [4, 14],
  [8, 18],
  [4, 12],
  [8, 16],
  [12, 20],
] as const;

/** @param random from 0 to 1 */
export const dailyBatches = (random: () => number): DailyBatch[] =>
  steps.map((each) => ({
    name: `four windows, deaths at steps ${each.map((step) => `${step - WINDOWS + 1} to ${step}`).join(' and ')}`,
    deaths: each.map((step) => ({ step, jitter: (random() - 0.5) * 0.7 })),
  }));
