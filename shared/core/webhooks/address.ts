/**
 * Where a webhook is sent to: `/hooks/<address>`. The address carries the ids of conversation and webhook, so that the
 * door knows without a database whom to ask, and a MAC, which says that there was such a webhook when it is gone. What it
 * opens is decided by the signature of the delivery, or by the secret that follows the address: the MAC opens nothing, and
 * an address whose key was taken away goes on working as long as its webhook is there.
 */
import { base64url } from 'jose';

const ID_BYTES = 16;
const MAC_BYTES = 16;

export interface HookIds {
  conversationId: string;
  webhookId: string;
}

const bytesOf = (id: string): Uint8Array =>
  Uint8Array.from(id.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function idOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** HMAC-SHA-256 of bytes under the key for addresses. */
export type Mac = (bytes: Uint8Array) => Promise<Uint8Array>;

/** 64 characters of base64url: both ids and the first 16 bytes of the MAC. */
export async function makeAddress({ conversationId, webhookId }: HookIds, mac: Mac): Promise<string> {
  const ids = new Uint8Array([...bytesOf(conversationId), ...bytesOf(webhookId)]);
  const proof = (await mac(ids)).slice(0, MAC_BYTES);
  return base64url.encode(new Uint8Array([...ids, ...proof]));
}

/** What an address says; `proven` when one of the keys made it. */
export interface ReadAddress {
  ids: HookIds;
  proven: boolean;
}

/** Null for what is no address at all. @param macs the keys, newest first */
export async function readAddress(address: string, macs: ReadonlyArray<Mac>): Promise<ReadAddress | null> {
  if (!/^[A-Za-z0-9_-]{64}$/.test(address)) return null;
  const bytes = base64url.decode(address);
  const ids = bytes.slice(0, 2 * ID_BYTES);
  const named = { conversationId: idOf(ids.slice(0, ID_BYTES)), webhookId: idOf(ids.slice(ID_BYTES)) };
  for (const mac of macs) {
    const proof = (await mac(ids)).slice(0, MAC_BYTES);
    let differs = 0;
    for (let at = 0; at < MAC_BYTES; at += 1) differs |= (proof[at] ?? 0) ^ (bytes[2 * ID_BYTES + at] ?? 0);
    if (differs === 0) return { ids: named, proven: true };
  }
  return { ids: named, proven: false };
}
