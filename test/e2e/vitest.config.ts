/** The journeys: a real browser against the running app, which the global setup builds and starts. */
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS, TEST_MS } from '#dev/test/patience.ts';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.test.ts'],
    setupFiles: ['dev/test/console-guard.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    // The stand-in's pace and holds are shared: one file after the other.
    fileParallelism: false,
    // A browser on a busy machine is not fully deterministic. A second failure fails; the report names what was repeated.
    retry: process.env['CI'] === undefined ? 0 : 1,
    // Each waits for a browser and for an app of its own: half a minute for the longest on a quiet machine.
    testTimeout: 2 * TEST_MS,
    hookTimeout: 2 * TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
});
