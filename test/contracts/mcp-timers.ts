/** The timers of the client's side: the servers of a test run in the same process and have theirs. */
import { vi } from 'vitest';

/**
 * Counts them, until `vi.unstubAllGlobals`.
 * @param hurry those of at most so many milliseconds ring at once
 */
export function watchTimers(hurry = 0) {
  const live = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  let begun = 0;
  vi.stubGlobal('setTimeout', (work: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
    const asks = new Error('Who asks').stack?.split('\n')[2] ?? '';
    const isOurs = /modelcontextprotocol\/client|shared\/adapters\/(?!.*\.test)/.test(asks);
    const timer = set(
      () => {
        live.delete(timer);
        work(...values);
      },
      isOurs && ms <= hurry ? 0 : ms,
    );
    if (isOurs) {
      begun += 1;
      live.add(timer);
    }
    return timer;
  });
  vi.stubGlobal('clearTimeout', (timer: NodeJS.Timeout) => {
    live.delete(timer);
    clear(timer);
  });
  return { begun: () => begun, left: () => live.size };
}
