/**
 * The tests that need no browser, as three projects: `unit` (decisions, in Node), `web` (components, in a DOM) and
 * `workers` (objects and routes, in workerd with a real Postgres). The file name says which one a test belongs to.
 */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { neonUrl } from '#dev/postgres/serve-ready.ts';
import { LetGo } from '#dev/test/let-go.ts';
import { PATIENCE_MS, TEST_MS } from '#dev/test/patience.ts';
import { readExample } from '#dev/start/sources.ts';
import '#test/workers/provided-context.ts';

// Pages write numbers as the language of the machine has them; tests read them in one, whatever their machine speaks.
process.env['LC_ALL'] = 'en_US.UTF-8';

const everywhere = ['dev/test/console-guard.ts', 'dev/test/wait-patiently.ts'];
const patient = { testTimeout: TEST_MS, hookTimeout: TEST_MS, expect: { poll: { timeout: PATIENCE_MS } } };

export default defineConfig({
  test: {
    silent: 'passed-only', // the app's log matters where a test fails
    reporters: ['default', new LetGo()],
    maxWorkers: 2, // each file of `workers` has a workerd of its own
    projects: [
      {
        test: {
          ...patient,
          name: 'unit',
          include: ['{shared,dev,cli,worker,durable-objects,bench}/**/*.test.ts', 'test/contracts/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.workers.test.ts'],
          setupFiles: everywhere,
        },
      },
      {
        plugins: [react()],
        test: {
          ...patient,
          name: 'web',
          include: ['web/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: [...everywhere, 'dev/test/web-setup.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // Every setting there is, so that nothing of a developer's .dev.vars gets in.
              bindings: {
                ...Object.fromEntries(readExample()),
                AUTH_SECRET: 'for the tests alone: 0123456789abcdefghijklmnopqrstuvwxyz',
                DATABASE_URL: neonUrl(inject('database').port, inject('database').template),
                ANTHROPIC_API_KEY: '',
                ANTHROPIC_BASE_URL: inject('standIn').url,
                RESEND_BASE_URL: inject('mail').url,
                GOOGLE_BASE_URL: inject('google').url,
                // Tests connect what they want themselves.
                DEMO_TOOLS_URL: '',
                TOOLS_URL: inject('tools').url,
              },
            },
          })),
        ],
        test: {
          ...patient,
          name: 'workers',
          include: ['**/*.workers.test.ts'],
          exclude: ['**/node_modules/**', '.local/**'],
          globalSetup: ['test/workers/global-setup.ts'],
          setupFiles: ['test/workers/quiet-console.ts', ...everywhere, 'test/workers/setup.ts'],
        },
      },
    ],
  },
});
