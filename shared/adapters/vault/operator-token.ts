/**
 * How whoever runs the app shows it: by knowing AUTH_SECRET. The token is a MAC over what it is for and when it was
 * made, so it does nothing else, signs nobody in, and is of no use five minutes later. Used by `npm run vault:rotate`
 * and by the route that it calls.
 */
import { base64url } from 'jose';

/** What a token is for. A MAC for one is none for another. */
export type OperatorPurpose = 'vault-rotate';

export const OPERATOR_TOKEN_MS = 5 * 60_000;
/** How far the clock of the operator's machine may be ahead. */
const AHEAD_MS = 60_000;

const TOKEN = /^op1\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

const encode = (text: string) => new TextEncoder().encode(text);
const importKey = (secret: string) =>
  crypto.subtle.importKey('raw', encode(secret), HMAC, false, ['sign', 'verify']);
/** What is signed. The label keeps it apart from everything else that AUTH_SECRET signs. */
const message = (purpose: OperatorPurpose, madeAt: number) => encode(`operator ${purpose}\n${madeAt}`);

/**
 * A token, good for `OPERATOR_TOKEN_MS`.
 * @param secret AUTH_SECRET
 * @param now milliseconds since the epoch
 */
export async function makeOperatorToken(
  secret: string,
  purpose: OperatorPurpose,
  now: number,
): Promise<string> {
  const mac = await crypto.subtle.sign(HMAC.name, await importKey(secret), message(purpose, now));
  return `op1.${now}.${base64url.encode(new Uint8Array(mac))}`;
}

/** Whether the token was made with this secret, for this purpose, and lately. */
export async function isOperatorToken(
  token: string,
  secret: string,
  purpose: OperatorPurpose,
  now: number,
): Promise<boolean> {
  const [, made = '', mac = ''] = TOKEN.exec(token) ?? [];
  if (mac === '') return false;
  const madeAt = Number(made);
  // Compares in constant time.
  const isOurs = await crypto.subtle.verify(
    HMAC.name,
    await importKey(secret),
    Uint8Array.from(base64url.decode(mac)),
    message(purpose, madeAt),
  );
  return isOurs && madeAt <= now + AHEAD_MS && now < madeAt + OPERATOR_TOKEN_MS;
}
