/**
 * The clock that the whole app sees. Production never moves it; the development entry point and tests may, so that
 * a day can pass without waiting for it (workerd does not run under libfaketime).
 */
export interface Clock {
  /** Milliseconds since the epoch, as the app sees them. */
  now(): number;
  /** The real instant at which the platform's alarm has to ring for a due time of this clock. */
  alarmTime(due: number): number;
}

/** A clock that runs with `real` and can be set ahead or back by `offset` milliseconds. */
export function makeClock(real: () => number): Clock & { offset: number } {
  return {
    offset: 0,
    now() {
      return real() + this.offset;
    },
    alarmTime(due) {
      return due - this.offset;
    },
  };
}
