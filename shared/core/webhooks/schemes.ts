/**
 * What each scheme signs, and where its signature stands. Pure: the HMAC itself is the adapter's.
 *
 * - standard: https://github.com/standard-webhooks/standard-webhooks, `spec/standard-webhooks.md`
 * - github: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 * - slack: https://docs.slack.dev/authentication/verifying-requests-from-slack
 * - stripe: https://docs.stripe.com/webhooks#verify-manually
 */
import type { WebhookScheme } from '#shared/protocol/webhook.ts';

/** How old, or how far ahead, a signed time may be: five minutes, as all schemes that have one say. */
export const windowMs = 5 * 60_000;

/** Their own side makes the secret: one of ours would never verify anything. */
export const makesItsSecret = (scheme: WebhookScheme): boolean => scheme === 'slack' || scheme === 'stripe';

export type HeaderOf = (name: string) => string | null;

export type SignatureFault = 'missing' | 'malformed' | 'too_old';

export interface Signed {
  /** What stands before the body in the signed bytes. */
  prefix: string;
  /** Signatures that were sent: one that holds is enough (during a rotation there are two). */
  signatures: string[];
  /** A name that the signature covers, for whoever must not take it twice; null where only the body can say. */
  deliveryId: string | null;
}

type Read = { ok: true; signed: Signed } | { ok: false; fault: SignatureFault };

const no = (fault: SignatureFault): Read => ({ ok: false, fault });
const isHex = (text: string) => /^[0-9a-f]{64}$/.test(text);
const isBase64 = (text: string) => /^[A-Za-z0-9+/]{43}=$/.test(text);

/** Seconds as they stand in a header; null when they are none, or too far from now. */
function fresh(seconds: string, now: number): boolean | null {
  if (!/^\d{1,12}$/.test(seconds)) return null;
  return Math.abs(now - Number(seconds) * 1_000) <= windowMs;
}

function standard(header: HeaderOf, now: number): Read {
  const [id, at, sent] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  if (!id || !at || !sent) return no('missing');
  const inTime = fresh(at, now);
  const signatures = sent
    // A header that was sent twice arrives as one, with a comma between the two.
    .split(/,? /)
    .flatMap((each) => (each.startsWith('v1,') ? [each.slice(3)] : []))
    .filter(isBase64);
  if (inTime === null || signatures.length === 0 || id.length > 256) return no('malformed');
  if (!inTime) return no('too_old');
  return { ok: true, signed: { prefix: `${id}.${at}.`, signatures, deliveryId: id } };
}

function github(header: HeaderOf): Read {
  const sent = header('x-hub-signature-256');
  if (!sent) return no('missing');
  const hex = /^sha256=([0-9a-f]{64})$/.exec(sent)?.[1];
  if (hex === undefined) return no('malformed');
  return { ok: true, signed: { prefix: '', signatures: [hex], deliveryId: null } };
}

function slack(header: HeaderOf, now: number): Read {
  const [at, sent] = [header('x-slack-request-timestamp'), header('x-slack-signature')];
  if (!at || !sent) return no('missing');
  const inTime = fresh(at, now);
  const hex = /^v0=([0-9a-f]{64})$/.exec(sent)?.[1];
  if (inTime === null || hex === undefined) return no('malformed');
  if (!inTime) return no('too_old');
  return { ok: true, signed: { prefix: `v0:${at}:`, signatures: [hex], deliveryId: null } };
}

function stripe(header: HeaderOf, now: number): Read {
  const sent = header('stripe-signature');
  if (!sent) return no('missing');
  const parts = sent.split(',').map((part) => part.trim());
  const at = parts.find((part) => part.startsWith('t='))?.slice(2) ?? '';
  const signatures = parts.flatMap((part) => (part.startsWith('v1=') ? [part.slice(3)] : [])).filter(isHex);
  const inTime = fresh(at, now);
  if (inTime === null || signatures.length === 0) return no('malformed');
  if (!inTime) return no('too_old');
  return { ok: true, signed: { prefix: `${at}.`, signatures, deliveryId: null } };
}

/**
 * Reads the signature from the headers; the body is not looked at.
 * @param now milliseconds since the epoch
 */
export function readSigned(scheme: Exclude<WebhookScheme, 'url'>, header: HeaderOf, now: number): Read {
  switch (scheme) {
    case 'standard':
      return standard(header, now);
    case 'github':
      return github(header);
    case 'slack':
      return slack(header, now);
    case 'stripe':
      return stripe(header, now);
    default:
      return scheme satisfies never;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The id that stands in a verified body; null when there is none. */
function idInBody(scheme: WebhookScheme, body: unknown): string | null {
  if (!isObject(body)) return null;
  const id = scheme === 'slack' ? body['event_id'] : scheme === 'stripe' ? body['id'] : null;
  return typeof id === 'string' && id !== '' && id.length <= 256 ? id : null;
}

/** How long the same bytes without a name are the same delivery: what signs a time is not taken for longer. */
const sameBytesMs = 10 * 60_000;

/** What a delivery is known again by: a name, or its bytes for so long. */
export type KnownBy = { type: 'name'; name: string } | { type: 'bytes'; forMs: number };

/**
 * Only what is signed says whether a delivery is a repeat: a header that anybody can change would make of one captured
 * delivery as many as they like. An address without a signature is trusted with whoever knows it, and so is its header.
 */
export function knownBy(
  scheme: WebhookScheme,
  { signedId, body, header }: { signedId: string | null; body: unknown; header: string | null },
): KnownBy {
  const name = scheme === 'url' ? header : (signedId ?? idInBody(scheme, body));
  if (name !== null && name !== '') return { type: 'name', name };
  // GitHub signs no time: for as long as deliveries are kept, the same bytes are the same one.
  return { type: 'bytes', forMs: scheme === 'github' ? Number.POSITIVE_INFINITY : sameBytesMs };
}

/**
 * Rows of deliveries from before bytes were what GitHub's are known by have the name in its header. It only finds a repeat
 * of those: it is not signed, and names no new delivery.
 */
export const oldNameOf = (scheme: WebhookScheme, header: HeaderOf): string | null =>
  scheme === 'github' ? (header('x-github-delivery')?.slice(0, 300) ?? null) : null;

/** What Slack wants to hear back when an address is entered there; null for any other delivery. */
export function challengeIn(scheme: WebhookScheme, body: unknown): string | null {
  if (scheme !== 'slack' || !isObject(body) || body['type'] !== 'url_verification') return null;
  const { challenge } = body;
  return typeof challenge === 'string' && challenge.length <= 1_000 ? challenge : null;
}

/** Headers of a delivery that say something; never those that prove or open something. */
export const toldHeaders = [
  'content-type',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'x-github-event',
  'x-github-delivery',
  'x-github-hook-id',
  'x-slack-retry-num',
  'x-slack-retry-reason',
  'x-slack-request-timestamp',
  'idempotency-key',
] as const;
