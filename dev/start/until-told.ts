/** How our commands end: a signal, or the process that started them going away. */

/**
 * A signal that is aborted when somebody asks us to end: Ctrl-C, SIGTERM, a closed terminal, or (so that nothing is
 * left after a kill -9 of npm) our parent being gone. Asking again changes nothing: stopping takes a few seconds at most.
 */
export function untilTold(): AbortSignal {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => told.abort());
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) told.abort();
  }, 500).unref();
  return told.signal;
}

/** Settles when the signal is aborted. */
export function whenTold(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
