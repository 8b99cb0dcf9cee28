/**
 * Who is calling, and whether they may: reads the bearer token (RFC 6750), an access token or an API key, and holds it
 * against what the route needs.
 */
import type { Context } from 'hono';
import { looksLikeApiKey, parseApiKey } from '#shared/core/auth/api-key.ts';
import type { Needs } from '#shared/protocol/route.ts';
import type { Scope } from '#shared/protocol/security.ts';
import type { AppEnv } from '../app-env.ts';
import { checkCredential } from '../auth/credentials.ts';
import { refuse, type Refusal } from './problems.ts';

/** Who calls. `credentialId` is the session's or the key's id: what they open ends with it. */
export interface Caller {
  id: string;
  credentialId: string;
  /** Null for API keys. */
  sessionId: string | null;
  scopes: ReadonlyArray<Scope>;
  /** Until when this session may change what protects the account, in milliseconds; null for keys. */
  confirmedUntil: number | null;
}

/** A caller with a session: what the routes that need one get. */
export type SessionCaller = Caller & { sessionId: string };

type Known = { ok: true; caller: Caller } | { ok: false; refusal: Refusal };

const no = (refusal: Refusal): Known => ({ ok: false, refusal });

async function identify(c: Context<AppEnv>, token: string, fresh: boolean): Promise<Known> {
  const { tokens, clock } = c.get('services');
  if (looksLikeApiKey(token)) {
    const parts = parseApiKey(token);
    if (!parts) return no(refuse('unauthenticated'));
    const { userId, keyId: id } = parts;
    const checked = await checkCredential(c.env, clock, { kind: 'key', userId, id, key: token }, fresh);
    if (!checked.ok) return no(refuse(checked.code));
    const { scopes } = checked;
    return {
      ok: true,
      caller: { id: userId, credentialId: id, sessionId: null, scopes, confirmedUntil: null },
    };
  }
  const verified = await tokens.verify(token);
  if (!verified.ok) return no(refuse(verified.code));
  const { id: userId, sessionId } = verified.bearer;
  const checked = await checkCredential(c.env, clock, { kind: 'session', userId, id: sessionId }, fresh);
  if (!checked.ok) return no(refuse(checked.code));
  const { scopes, confirmedUntil } = checked;
  return { ok: true, caller: { id: userId, credentialId: sessionId, sessionId, scopes, confirmedUntil } };
}

/** What is missing for a route; null when nothing is. */
export function missing(caller: Caller, needs: Needs, now: number): Refusal | null {
  if (needs !== 'session' && needs !== 'confirmed')
    return caller.scopes.includes(needs) ? null : refuse('scope_missing', { detail: `It needs: ${needs}.` });
  if (caller.sessionId === null) return refuse('session_only');
  if (needs === 'session') return null;
  return caller.confirmedUntil !== null && now < caller.confirmedUntil ? null : refuse('confirm_identity');
}

/** The caller, or the refusal to answer with. */
export async function authenticate(c: Context<AppEnv>, needs: Needs): Promise<Known> {
  const [, token] = /^Bearer +([^\s]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (token === undefined) return no(refuse('unauthenticated'));
  // What protects the account must not be touched by a session that ended within the last second.
  const known = await identify(c, token, needs === 'session' || needs === 'confirmed');
  if (!known.ok) return known;
  c.set('log', c.get('log').with({ userId: known.caller.id }));
  const lacking = missing(known.caller, needs, c.get('services').clock.now());
  return lacking ? no(lacking) : known;
}
