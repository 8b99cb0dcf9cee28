/**
 * Signatures of thinking blocks. A signature says which model wrote the block, what it shows, and what stood before it;
 * an HMAC keeps all of that from being changed. The key is fixed: conversations stored by the app must stay valid when
 * the stand-in is started again, and a stand-in protects nothing.
 */
import { isObject, parseJson } from '#dev/stand-in/json.ts';

export interface Origin {
  readonly model: string;
  /** Digest of the text the block shows (nothing, where the display is omitted). */
  readonly shown: string;
  /** Tokens of the whole thought, hidden text included: what sending it back costs. */
  readonly tokens: number;
  readonly system: string;
  readonly tools: string;
  /** Digest of every block before this one, thinking left out. */
  readonly before: string;
  /** Digest of the previous thinking block's signature; empty for the first. */
  readonly previous: string;
}

const KEY = new TextEncoder().encode('stand-in for the Messages API: signing key, not a secret');
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;

async function key() {
  return crypto.subtle.importKey('raw', KEY, HMAC, false, ['sign', 'verify']);
}

/** An opaque text in base64, as the API's signatures are. */
export async function sign(origin: Origin): Promise<string> {
  const { model, shown, tokens, system, tools, before, previous } = origin;
  const payload = new TextEncoder().encode(
    JSON.stringify([model, shown, tokens, system, tools, before, previous]),
  );
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', await key(), payload));
  return btoa(String.fromCharCode(...mac, ...payload));
}

const MAC_BYTES = 32;

/** What the signature says, or `undefined` where it was not made here or was changed. */
export async function verify(signature: string): Promise<Origin | undefined> {
  const bytes = decode(signature);
  if (bytes === undefined || bytes.length <= MAC_BYTES) return undefined;
  const payload = bytes.slice(MAC_BYTES);
  const genuine = await crypto.subtle.verify('HMAC', await key(), bytes.slice(0, MAC_BYTES), payload);
  if (!genuine) return undefined;
  const parts = parseJson(new TextDecoder().decode(payload));
  if (!Array.isArray(parts) || isObject(parts)) return undefined;
  const [model, shown, tokens, system, tools, before, previous]: unknown[] = parts;
  if (typeof tokens !== 'number') return undefined;
  const texts = [model, shown, system, tools, before, previous].map((part) =>
    typeof part === 'string' ? part : '',
  );
  const [m = '', x = '', s = '', t = '', b = '', p = ''] = texts;
  return { model: m, shown: x, tokens, system: s, tools: t, before: b, previous: p };
}

function decode(signature: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(signature), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
