/**
 * Ends a run of the tests that does not end by itself: now and then a workerd of `@cloudflare/vitest-plugin` 1.4.10 does not
 * answer that it may be stopped, or that its file is done, and the runner waits for it for ever. What the tests said stands
 * by then. Where files are left, the run counts as hung, and `npm test` tries it once more.
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** The runner needs a second or two to close; this is far beyond it. */
const PATIENCE_MS = 15_000;
/** No test takes so long: each ends after a minute and a half, or three, and so do the hooks before it. */
const STALLED_MS = 6 * 60_000;
/** The exit code of a run that hung: "try again later" of sysexits.h. */
export const HUNG = 75;

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
    this.#said = [];
    this.#wait();
  }

  onTestModuleStart(): void {
    this.#wait();
  }

  onTestCaseResult(): void {
    this.#wait();
  }

  onTestModuleEnd(module: TestModule): void {
    if (!module.ok()) this.#failed += 1;
    for (const test of module.children.allTests('failed'))
      this.#said.push(
        `${module.relativeModuleId}: ${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`,
      );
    this.#left -= 1;
    this.#wait();
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
    this.#say();
  }

  /** Something was heard: the patience begins anew. */
  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), this.#left === 0 ? PATIENCE_MS : STALLED_MS);
  }

  /** Again at the very end what failed: of a long output often only the last lines are kept. */
  #say(): void {
    for (const line of this.#said) console.log(line);
  }

  #end(): void {
    const errors = this.#vitest?.state.getUnhandledErrors().length ?? 0;
    const failed = this.#failed + errors;
    const left =
      this.#left === 0 ? 'All files are done' : `Nothing is heard, and ${this.#left} files are left`;
    console.log(`${left} (${this.#failed} failed, ${errors} errors beside them); the runner is let go.`);
    this.#say();
    // The servers that the setup started end with this process.
    process.exit(failed > 0 ? 1 : this.#left > 0 ? HUNG : 0);
  }
}
