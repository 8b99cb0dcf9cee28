/** Addresses of webhooks, made and read with keys of AUTH_SECRET. */
import type { Settings } from '#shared/core/settings.ts';
import {
  type HookIds,
  type Mac,
  makeAddress,
  readAddress,
  type ReadAddress,
} from '#shared/core/webhooks/address.ts';
import { keysFor } from '../auth/keys.ts';

const macs = new WeakMap<Settings, Mac[]>();

/** One for each secret, newest first. */
function macsOf(settings: Settings): Mac[] {
  const known = macs.get(settings);
  if (known) return known;
  const made = keysFor(settings, 'webhook address').map(({ bytes }): Mac => {
    const key = crypto.subtle.importKey(
      'raw',
      Uint8Array.from(bytes),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    return async (text) => new Uint8Array(await crypto.subtle.sign('HMAC', await key, Uint8Array.from(text)));
  });
  macs.set(settings, made);
  return made;
}

/** The whole URL, under the newest key. @param secret stands behind the address, for the scheme `url` */
export async function hookUrl(settings: Settings, ids: HookIds, secret: string | null): Promise<string> {
  const [mac] = macsOf(settings);
  if (mac === undefined) throw new Error('there is no key for addresses');
  const address = await makeAddress(ids, mac);
  return `${settings.publicOrigin}/hooks/${address}${secret === null ? '' : `/${secret}`}`;
}

/** Whom an address is for; null when it is none. */
export const readHookAddress = (settings: Settings, address: string): Promise<ReadAddress | null> =>
  readAddress(address, macsOf(settings));
