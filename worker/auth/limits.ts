/**
 * Asks whether something may be tried once more, before any work is done for it. The rules stand in
 * `core/auth/limits.ts`, the counting in `LimiterDO`; here is who is counted, and under which name.
 */
import { createHmac } from 'node:crypto';
import type { Context } from 'hono';
import { limiter } from '#durable-objects/limiter/client.ts';
import { addressSubject } from '#shared/core/auth/limits-address.ts';
import { type Counter, countersOf, type Decision, type Rule } from '#shared/core/auth/limits.ts';
import type { AppEnv } from '../app-env.ts';
import type { Settings } from '../env.ts';
import { keysFor } from './keys.ts';
import { refuse, type Refusal } from '../middleware/problems.ts';

/** Whom it is about, as far as that is known. The address comes from the request. */
export interface Subjects {
  /** As the protocol has parsed it: in lower case. */
  email?: string;
  /** The id of a user. */
  user?: string;
}

/** Stands for the address where there is none to be counted: on a developer's machine. */
const HERE = 'here';

/** The key of the names. When AUTH_SECRET changes, the counters begin anew under other names. */
function keyOf(settings: Settings): Uint8Array {
  const [newest] = keysFor(settings, 'limits-1');
  // A MAC with an empty key would be a plain hash: emails could be tried against the names.
  if (!newest) throw new Error('There is no AUTH_SECRET');
  return newest.bytes;
}

/** The caller's address as limits count it; null where there is none. */
export const addressOf = (c: Context<AppEnv>): string | null =>
  addressSubject(c.req.header('cf-connecting-ip'));

/** The name of the object that counts, or null when it is about somebody who is not known. */
export function counterName(
  settings: Settings,
  rule: Rule,
  counter: Counter,
  subjects: Subjects & { address: string | null },
): string | null {
  const values: string[] = [];
  for (const kind of counter.by) {
    // Together with an email the missing address still names a counter: the limit holds on every machine.
    const missing = kind === 'address' && counter.by.length > 1 ? HERE : null;
    const value = subjects[kind] ?? missing;
    if (value === null) return null;
    values.push(value);
  }
  // As JSON, so that no value can look like the end of itself and the beginning of the next.
  const text = JSON.stringify([rule, counter.by, values]);
  return createHmac('sha256', keyOf(settings)).update(text).digest('base64url');
}

/** Whether the platform says that a call that failed is worth repeating: the object was just being restarted. */
const isRetryable = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true && !('overloaded' in error);

/** Counts an attempt; once more when the object was being restarted. At worst it is counted twice. */
async function attempt(c: Context<AppEnv>, name: string, { windows }: Counter): Promise<Decision> {
  try {
    return await limiter(c.env, name).attempt(windows);
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return limiter(c.env, name).attempt(windows);
  }
}

/**
 * Counts an attempt under a rule. Null when it may be made; otherwise what to answer: `too_many_requests` with the time
 * until the next one may be. Call it before hashing, sending or looking anything up.
 *
 * Where nobody can count, nothing is tried: `unavailable`. Letting people through would make it worth an attacker's while
 * to bring the counters down, and what these rules guard can wait a moment.
 */
export async function guard(c: Context<AppEnv>, rule: Rule, subjects: Subjects): Promise<Refusal | null> {
  const { settings } = c.get('services');
  const known = { ...subjects, address: addressOf(c) };
  for (const counter of countersOf(rule)) {
    const name = counterName(settings, rule, counter, known);
    if (name === null) continue;
    try {
      const decision = await attempt(c, name, counter);
      if (!decision.ok)
        return refuse('too_many_requests', { retryAfter: Math.ceil(decision.retryAfterMs / 1_000) });
    } catch (error) {
      c.get('log').error('limiter_unreachable', { kind: rule, error });
      return refuse('unavailable', { retryAfter: 1 });
    }
  }
  return null;
}

/** After a success: the counters of the rule that only count failures start anew. What cannot be reached stays counted. */
export async function forgive(c: Context<AppEnv>, rule: Rule, subjects: Subjects): Promise<void> {
  const { settings } = c.get('services');
  const known = { ...subjects, address: addressOf(c) };
  for (const counter of countersOf(rule)) {
    const name = counter.forgiven ? counterName(settings, rule, counter, known) : null;
    if (name === null) continue;
    try {
      await limiter(c.env, name).forgive();
    } catch (error) {
      c.get('log').warn('limiter_unreachable', { kind: rule, error });
    }
  }
}
