/**
 * The wall against bursts: what one user, or one address that is not signed in, may ask in a minute. The platform counts
 * it roughly and near the caller, at no cost; the numbers stand in wrangler.toml. What must be exact is counted by
 * `auth/limits.ts`.
 */
import type { Context } from 'hono';
import type { AppEnv } from '../app-env.ts';
import { addressOf } from '../auth/limits.ts';
import { refuse, type Refusal } from './problems.ts';

/** `period` of both bindings, in seconds: after it there is room again. */
const PERIOD = 60;

/**
 * Counts a request of this user, or of this address when nobody is signed in (`userId` null). Null when it may go on. A
 * developer's own machine has no address, and is not limited before it is signed in.
 *
 * It fails open: this only smooths the load, and must not become a way in which the whole app goes down.
 */
export async function burst(c: Context<AppEnv>, userId: string | null): Promise<Refusal | null> {
  const key = userId ?? addressOf(c);
  if (key === null) return null;
  const binding = userId === null ? c.env.ADDRESS_BURST : c.env.USER_BURST;
  try {
    const { success } = await binding.limit({ key });
    return success ? null : refuse('too_many_requests', { retryAfter: PERIOD });
  } catch (error) {
    c.get('log').warn('burst_unknown', { error });
    return null;
  }
}
