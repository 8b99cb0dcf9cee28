/**
 * A warning or error on the console that no test expected fails the test: it is how React, the runtime and our own log
 * say that something is wrong although nothing was thrown. Set up for every project in vitest.config.ts.
 */
import { afterAll, afterEach } from 'vitest';
import { consoleExpectations, takeUnexpected } from './expect-console.ts';

for (const level of ['error', 'warn'] as const) {
  const print = console[level].bind(console);
  console[level] = (...args: unknown[]) => {
    if (!consoleExpectations.note(args)) print(...args);
  };
}

afterEach(takeUnexpected);
afterAll(takeUnexpected); // what came between the tests, or after the last one
