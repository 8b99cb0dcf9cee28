/**
 * Ends a run whose tests are all done although the runner does not: now and then a workerd of `@cloudflare/vitest-plugin`
 * 1.4.10 does not answer that it may be stopped, and the runner waits for it for ever. What the tests said stands by then.
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** The runner needs a second or two to close; this is far beyond it. */
const PATIENCE_MS = 15_000;

export class LetGo implements Reporter {
  #vitest: Vitest | undefined;
  #left = 0;
  #failed = 0;
  #said: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(files: ReadonlyArray<unknown>): void {
    this.#left = files.length;
    this.#failed = 0;
  }

  onTestModuleEnd(module: TestModule): void {
    if (!module.ok()) this.#failed += 1;
    for (const test of module.children.allTests('failed'))
      this.#said.push(`${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`);
    this.#left -= 1;
    if (this.#left === 0) this.#timer = setTimeout(() => this.#end(), PATIENCE_MS);
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
  }

  #end(): void {
    const errors = this.#vitest?.state.getUnhandledErrors().length ?? 0;
    const failed = this.#failed + errors;
    console.log(
      `All files are done (${this.#failed} failed, ${errors} errors beside them); the runner is let go.`,
    );
    // The runner would have told these at its end.
    for (const line of this.#said) console.log(line);
    // The servers that the setup started end with this process.
    process.exit(failed === 0 ? 0 : 1);
  }
}
