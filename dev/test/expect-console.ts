/** For a test that provokes a warning or error on the console: says so beforehand. See console-guard.ts. */

class ConsoleExpectations {
  #expected: Array<{ pattern: RegExp; seen: boolean }> = [];
  #unexpected: string[] = [];

  expect(pattern: RegExp): void {
    this.#expected.push({ pattern, seen: false });
  }

  /** Takes what was printed. Answers whether somebody expected it. */
  note(args: readonly unknown[]): boolean {
    const text = args
      .map((arg) => (arg instanceof Error ? `${arg.name}: ${arg.message}` : String(arg)))
      .join(' ');
    const matching = this.#expected.filter(({ pattern }) => pattern.test(text));
    for (const expectation of matching) expectation.seen = true;
    if (matching.length === 0) this.#unexpected.push(text);
    return matching.length > 0;
  }

  /** What is wrong now; starts anew. */
  take(): string[] {
    const missing = this.#expected
      .filter(({ seen }) => !seen)
      .map(({ pattern }) => `${pattern} was not printed`);
    const wrong = [...this.#unexpected.map((text) => `printed: ${text}`), ...missing];
    this.#expected = [];
    this.#unexpected = [];
    return wrong;
  }
}

/** The expectations of the test that runs now. */
export const consoleExpectations = new ConsoleExpectations();

/** Lets this test print warnings and errors that match, and fails it when none does. */
export function expectConsole(pattern: RegExp): void {
  consoleExpectations.expect(pattern);
}

/** Fails when something unexpected was printed, or something expected was not. */
export function takeUnexpected(): void {
  const wrong = consoleExpectations.take();
  if (wrong.length > 0) throw new Error(`On the console:\n${wrong.join('\n')}`);
}
