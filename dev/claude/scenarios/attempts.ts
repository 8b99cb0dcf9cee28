/**
 * Counts attempts at the same request, so that a scenario can fail the first few and let the next one through. Once a
 * request was answered its count starts again: the same words in another conversation fail again.
 */
export class Attempts {
  readonly #failed = new Map<string, number>();

  clear(): void {
    this.#failed.clear();
  }

  /** Whether the scenario strikes this attempt; counts it. @param key stands for the request, whatever its headers. */
  strikes(key: string, times: number): boolean {
    const failed = this.#failed.get(key) ?? 0;
    if (failed < times) {
      if (Number.isFinite(times)) this.#failed.set(key, failed + 1);
      return true;
    }
    this.#failed.delete(key);
    return false;
  }
}
