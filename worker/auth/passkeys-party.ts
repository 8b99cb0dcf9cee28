/**
 * Our side of WebAuthn (Level 3): who we say we are to browsers, and challenges that are good once, for one purpose and a
 * few minutes, without being stored before they are answered.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { user as userObject } from '#durable-objects/user/client.ts';
import { isLoopback } from '#shared/core/settings/read.ts';
import type { AppEnv } from '../app-env.ts';
import { CHALLENGE_SECONDS, type Opened, openToken, type Purpose, signToken } from './signed-tokens.ts';

/** How long the browser waits for its person, in milliseconds: as long as the challenge is good. */
export const TIMEOUT_MS = CHALLENGE_SECONDS * 1_000;

/** Our name, the domain that passkeys are made for, and the origins of pages that may use them. */
export function relyingParty(c: Context<AppEnv>): { name: string; id: string; origins: string[] } {
  const { settings } = c.get('services');
  const origins = [settings.publicOrigin];
  const own = new URL(c.req.url);
  // On a developer's machine the port is often another one than the settings say.
  if (settings.local && isLoopback(own.hostname)) origins.push(own.origin);
  return { name: 'Agentic Tasks', id: new URL(settings.publicOrigin).hostname, origins };
}

/** What goes back with the answer to a challenge (base64url). `userId` where it is known whose answer it must be. */
export function signChallenge(
  c: Context<AppEnv>,
  challenge: string,
  purpose: Purpose,
  userId: string | undefined,
): Promise<string> {
  const { settings, clock } = c.get('services');
  const whose = userId === undefined ? {} : { userId };
  return signToken(
    settings,
    clock,
    { typ: 'challenge+jwt', challenge, purpose, ...whose },
    CHALLENGE_SECONDS,
  );
}

/** The challenge of a token; null when it is none, too old, for something else, or for somebody else. */
export async function openChallenge(
  c: Context<AppEnv>,
  token: string,
  purpose: Purpose,
  userId: string | undefined,
): Promise<Opened<'challenge+jwt'> | null> {
  const { settings, clock } = c.get('services');
  const opened = await openToken(settings, clock, 'challenge+jwt', token);
  return opened && opened.purpose === purpose && opened.userId === userId ? opened : null;
}

/** Uses a challenge up for the user who answered it. False when it was used before. */
export async function useChallenge(
  c: Context<AppEnv>,
  userId: string,
  { challenge, expiresAt }: Opened<'challenge+jwt'>,
): Promise<boolean> {
  const hash = createHash('sha256').update(challenge).digest('hex');
  return userObject(c.env, userId).useChallenge(hash, expiresAt);
}
