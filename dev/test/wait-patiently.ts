/** Before each test file: `vi.waitFor` without a time of its own is as patient as `expect.poll`, whose time is a setting. */
import { vi } from 'vitest';
import { PATIENCE_MS } from './patience.ts';

const waitFor = vi.waitFor;
vi.waitFor = (look, options) =>
  waitFor(look, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
