/** How fast the stand-in speaks. At 0 it never touches a timer, so that tests run as fast as they can. */
export interface Pace {
  /** Before the first byte of the reply's content. */
  readonly firstTokenMs: number;
  readonly tokenMs: number;
}

/** About what a person sees from a fast model. */
export const NATURAL_PACE: Pace = { firstTokenMs: 250, tokenMs: 15 };
export const NO_PACE: Pace = { firstTokenMs: 0, tokenMs: 0 };

/** Waits; ends early, without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Waits until the signal aborts: silence that only the client can end. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
