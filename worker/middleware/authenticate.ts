/** Who is calling: reads the bearer token (RFC 6750) of a request. */
import type { Context } from 'hono';
import type { AppEnv } from '../app-env.ts';
import type { Caller } from '../auth/access-tokens.ts';
import { refuse, type Refusal } from './problems.ts';

/** The caller, or the refusal to answer with. */
export async function authenticate(
  c: Context<AppEnv>,
): Promise<{ ok: true; caller: Caller } | { ok: false; refusal: Refusal }> {
  const [, token] = /^Bearer +([^\s]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (token === undefined) return { ok: false, refusal: refuse('unauthenticated') };
  const verified = await c.get('services').tokens.verify(token);
  if (!verified.ok) return { ok: false, refusal: refuse(verified.code) };
  c.set('log', c.get('log').with({ userId: verified.caller.id }));
  return { ok: true, caller: verified.caller };
}
