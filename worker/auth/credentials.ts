/**
 * Whether a session or an API key is good right now: asked of the user's object, at most once a second for each. So a
 * revoked one is refused within a second everywhere, and the database is not needed.
 */
import { createHash } from 'node:crypto';
import { type Checked, user as userObject } from '#durable-objects/user/client.ts';
import type { Clock } from '#shared/core/clock.ts';

/** How long an answer is taken for true. */
const FRESH_MS = 1_000;
/** Answers that are remembered at once in an isolate. */
const MAX_KNOWN = 10_000;

type Wanted =
  | { kind: 'session'; userId: string; id: string }
  | { kind: 'key'; userId: string; id: string; key: string };

const known = new Map<string, { at: number; answer: Checked }>();

/**
 * The present word of the user's object.
 * @param fresh ask anyway: for what must not be done by a session that ended a moment ago
 */
export async function checkCredential(
  env: Env,
  clock: Clock,
  wanted: Wanted,
  fresh = false,
): Promise<Checked> {
  const hash = wanted.kind === 'key' ? createHash('sha256').update(wanted.key).digest('hex') : '';
  const name = `${wanted.userId} ${wanted.id} ${hash}`;
  const before = known.get(name);
  const now = clock.now();
  if (!fresh && before && Math.abs(now - before.at) < FRESH_MS) return before.answer;
  const object = userObject(env, wanted.userId);
  const told =
    wanted.kind === 'key' ? await object.checkKey(wanted.id, hash) : await object.checkSession(wanted.id);
  const answer: Checked = told.ok
    ? { ok: true, scopes: [...told.scopes], confirmedUntil: told.confirmedUntil }
    : { ok: false, code: told.code };
  // The oldest go first: a Map keeps the order of insertion.
  known.delete(name);
  known.set(name, { at: now, answer });
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KNOWN) break;
    known.delete(oldest);
  }
  return answer;
}
