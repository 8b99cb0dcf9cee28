/**
 * Keeps what the app prints back, and shows it where a test fails. Nothing of it may reach the runner from inside an object:
 * `@cloudflare/vitest-plugin` 1.4.10 puts such a line aside until something else is sent, and vitest waits at the end of a
 * file until the line has arrived. A line after the last test would hold up the whole run for ever.
 */
import { afterEach } from 'vitest';

const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
let lines: Array<() => void> = [];

for (const level of levels) {
  const print = console[level].bind(console);
  console[level] = (...args: unknown[]) => void lines.push(() => print(...args));
}

afterEach(({ task }) => {
  if (task.result?.state === 'fail') for (const show of lines) show();
  lines = [];
});
