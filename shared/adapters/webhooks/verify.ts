/**
 * Whether a delivery comes from whom it says: over the raw bytes, before anything is parsed, in constant time. Standard
 * Webhooks are signed by their own library; the others are an HMAC-SHA-256 each.
 */
import { Webhook as Standard } from 'standardwebhooks';
import { type HeaderOf, readSigned, type SignatureFault } from '#shared/core/webhooks/schemes.ts';
import type { WebhookScheme } from '#shared/protocol/webhook.ts';

export type SignedScheme = Exclude<WebhookScheme, 'url'>;
export type Verified =
  /** `by`: which of the secrets held. */
  { ok: true; deliveryId: string | null; by: number } | { ok: false; fault: SignatureFault | 'wrong' };

const encoder = new TextEncoder();

/** Compares in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let differs = 0;
  for (let at = 0; at < a.length; at += 1) differs |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return differs === 0;
}

const hexOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 in hexadecimal. */
export const hashOf = async (bytes: Uint8Array): Promise<string> =>
  hexOf(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));

export const hashText = (text: string): Promise<string> => hashOf(encoder.encode(text));

async function hmac(secret: string, prefix: string, body: Uint8Array): Promise<string> {
  const raw = encoder.encode(secret);
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const front = encoder.encode(prefix);
  const bytes = new Uint8Array(front.byteLength + body.byteLength);
  bytes.set(front);
  bytes.set(body, front.byteLength);
  return hexOf(await crypto.subtle.sign('HMAC', key, bytes));
}

/** The text of a body; null when it is no UTF-8: two bodies must never be signed as one text. */
function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

/** `v1,` and what follows it, as the library writes it; null when the secret or the body is none of this scheme. */
function standardSignature(secret: string, prefix: string, body: Uint8Array): string | null {
  const text = textOf(body);
  const cut = /^(.*)\.(\d+)\.$/s.exec(prefix);
  if (text === null || cut === null) return null;
  try {
    const at = new Date(Number(cut[2]) * 1_000);
    return new Standard(secret).sign(cut[1] ?? '', at, text).slice(3);
  } catch {
    return null;
  }
}

/**
 * @param secrets the secrets that are good now: two during a rotation
 * @param now milliseconds since the epoch
 */
export async function verify(
  scheme: SignedScheme,
  { header, body, secrets }: { header: HeaderOf; body: Uint8Array; secrets: ReadonlyArray<string> },
  now: number,
): Promise<Verified> {
  const read = readSigned(scheme, header, now);
  if (!read.ok) return read;
  const { prefix, signatures, deliveryId } = read.signed;
  let by: number | null = null;
  // All of them, so that the time says nothing about which secret it was.
  for (const [index, secret] of secrets.entries()) {
    const own =
      scheme === 'standard' ? standardSignature(secret, prefix, body) : await hmac(secret, prefix, body);
    for (const sent of signatures) if (own !== null && sameText(own, sent)) by ??= index;
  }
  return by === null ? { ok: false, fault: 'wrong' } : { ok: true, deliveryId, by };
}

/** Signs a body as the sender of this scheme would: for the test delivery. Answers the headers. */
export async function signAs(
  scheme: SignedScheme,
  { id, body, secret }: { id: string; body: Uint8Array; secret: string },
  now: number,
): Promise<Record<string, string>> {
  const seconds = String(Math.floor(now / 1_000));
  switch (scheme) {
    case 'standard': {
      const signature = standardSignature(secret, `${id}.${seconds}.`, body) ?? '';
      return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
    }
    case 'github':
      return {
        'x-github-delivery': id,
        'x-github-event': 'ping',
        'x-hub-signature-256': `sha256=${await hmac(secret, '', body)}`,
      };
    case 'slack':
      return {
        'x-slack-request-timestamp': seconds,
        'x-slack-signature': `v0=${await hmac(secret, `v0:${seconds}:`, body)}`,
      };
    case 'stripe':
      return { 'stripe-signature': `t=${seconds},v1=${await hmac(secret, `${seconds}.`, body)}` };
    default:
      return scheme satisfies never;
  }
}

/**
 * Whether deliveries could ever be proved by a secret that somebody entered; null, or how it has to be. Stored as it is, one
 * that the scheme cannot use would have every delivery refused.
 */
export function secretTrouble(scheme: WebhookScheme, secret: string): string | null {
  if (scheme === 'url')
    return /^[\w-]+$/.test(secret) ? null : 'The secret of an address has letters, digits, "-" and "_" only.';
  const empty = new Uint8Array();
  if (scheme !== 'standard' || standardSignature(secret, 'id.0.', empty) !== null) return null;
  return 'The secret of Standard Webhooks is written as "whsec_" and base64.';
}

/** A new secret in the form that the scheme has: 256 bits. */
export function newSecret(scheme: WebhookScheme): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  if (scheme === 'standard') return `whsec_${base64}`;
  const url = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return scheme === 'stripe' ? `whsec_${url}` : url;
}
