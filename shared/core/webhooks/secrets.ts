/** Which secrets of a webhook are good, and to whom one is shown again. Times are milliseconds since the epoch. */

/** How long a secret is good after another took its place. */
export const overlapMs = 24 * 60 * 60_000;

/**
 * How long the same request is answered with the same secret: time to press a button again, or for a client to repeat what
 * had no answer. Afterwards a new one takes its place.
 */
export const shownAgainMs = 10 * 60_000;

/** How long it is known that a request was carried out: as long as a repeat could end a secret that is still good. */
export const actKnownMs = overlapMs;

/** Secrets of a webhook in their stored form. */
export interface Secrets {
  secret: string | null;
  previous: string | null;
  previousUntil: number | null;
  /** Whether the newest has proved a delivery while the one before it was good, too. */
  proved: boolean;
}

/**
 * What stays good beside a new secret. It is the one that senders use: a newest that proved nothing yet was perhaps never
 * entered anywhere (its answer was lost, its page closed), and must not push out the one that still stands at the sender.
 */
export function keptBeside({ secret, previous, previousUntil, proved }: Secrets, now: number): string | null {
  const isPreviousGood = previous !== null && (previousUntil ?? 0) > now;
  return isPreviousGood && !proved ? previous : secret;
}

/** An act that showed somebody a secret, as it is kept. */
export interface ShownAct {
  webhookId: string;
  /** The session or key that asked. */
  credentialId: string;
  /** What was asked for, without a secret. */
  request: string;
  at: number;
}

/**
 * What the same act is answered: as before; that it was done, without the secret; or that it is another one. The secret is
 * shown again only to the session or key that it was made for: whoever else knows the name of the act asks for a new one,
 * which is seen.
 */
export function repeated(
  before: ShownAct,
  asked: Omit<ShownAct, 'at'>,
  now: number,
): 'same' | 'without_secret' | 'other' {
  if (before.webhookId !== asked.webhookId || before.request !== asked.request) return 'other';
  const isInTime = now < before.at + shownAgainMs;
  return isInTime && before.credentialId === asked.credentialId ? 'same' : 'without_secret';
}
