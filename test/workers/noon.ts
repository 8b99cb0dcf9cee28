/** For tests in workerd that set the clock: it stands at noon when each of them begins. */
import { afterEach, beforeEach, vi } from 'vitest';
import { standIn } from './stand-in.ts';

export const NOON = Date.parse('2037-11-24T12:00:00Z');

/** Has every test of a file begin at noon, with a model that makes no pauses. */
export function beginAtNoon(): void {
  beforeEach(async () => {
    await standIn.hurry();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(NOON);
  });
  afterEach(() => vi.useRealTimers());
}
