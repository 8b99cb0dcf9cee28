/**
 * A warning or error on the console fails the test: it is how React, the runtime and our own log say that something is
 * wrong although nothing was thrown. Set up for every project in vitest.config.ts.
 */
import { afterAll, afterEach } from 'vitest';

let printed: string[] = [];

const wordsOf = (part: unknown): string =>
  part instanceof Error ? `${part.name}: ${part.message}` : String(part);

for (const level of ['error', 'warn'] as const) {
  const print = console[level].bind(console);
  console[level] = (...args: unknown[]) => {
    printed.push(args.map(wordsOf).join(' '));
    print(...args);
  };
}

function failOnWhatWasPrinted(): void {
  const wrong = printed;
  printed = [];
  if (wrong.length > 0) throw new Error(`On the console:\n${wrong.join('\n')}`);
}

afterEach(failOnWhatWasPrinted);
afterAll(failOnWhatWasPrinted); // what came between the tests, or after the last one
