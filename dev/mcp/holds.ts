/** Calls that wait because a test wants them to, before or after they do something. */

export interface HoldPlan {
  readonly tool: string;
  /** Before the effect, or after it and before the answer. */
  readonly when: 'before' | 'after';
  /** How many calls. */
  readonly times: number;
}

export class Holds {
  #plans: Array<{ tool: string; when: HoldPlan['when']; left: number }> = [];
  readonly #waiting = new Set<() => void>();
  readonly #watchers = new Set<() => void>();

  /** How many wait right now. */
  get held(): number {
    return this.#waiting.size;
  }

  plan({ tool, when, times }: HoldPlan): void {
    this.#plans.push({ tool, when, left: times });
  }

  /** Waits here if a call of this tool is to wait: until it is released, or its caller is gone. */
  async pass(tool: string, when: HoldPlan['when'], signal: AbortSignal): Promise<void> {
    const plan = this.#plans.find((each) => each.tool === tool && each.when === when);
    if (plan === undefined || signal.aborted) return;
    plan.left -= 1;
    if (plan.left <= 0) this.#plans = this.#plans.filter((each) => each !== plan);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    for (const look of this.#watchers) look();
    const gone = () => resolve();
    signal.addEventListener('abort', gone, { once: true });
    await promise;
    signal.removeEventListener('abort', gone);
    this.#waiting.delete(resolve);
  }

  /** Lets all that wait go on, and forgets holds that nobody claimed. */
  release(): void {
    this.#plans = [];
    for (const goOn of this.#waiting) goOn();
  }

  /** Resolves once so many wait. @returns whether they do; false when `signal` ended it */
  async reached(count: number, signal: AbortSignal): Promise<boolean> {
    if (this.held >= count) return true;
    if (signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => this.held >= count && resolve();
    this.#watchers.add(look);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#watchers.delete(look);
    return this.held >= count;
  }
}
