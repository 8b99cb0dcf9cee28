/** Work that goes on after the answer. */
import type { Context } from 'hono';
import type { AppEnv } from '../app-env.ts';

/** Runs after the answer, so that its time tells nothing and nobody waits for it. A failure is a line in the log. */
export function afterwards(c: Context<AppEnv>, work: Promise<unknown>): void {
  c.executionCtx.waitUntil(work.catch((error: unknown) => c.get('log').error('afterwork_failed', { error })));
}
