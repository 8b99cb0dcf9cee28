/** The keys that sign ID tokens (RS256), made anew at every start, and how they are published (RFC 7517). */
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, jwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
}

export class Keys {
  /** Newest first; the first signs, all are published. */
  #published: Promise<SigningKey[]> = makeKey().then((key) => [key]);
  #foreign: Promise<SigningKey> | undefined;

  async current(): Promise<SigningKey> {
    const [key] = await this.#published;
    if (key === undefined) throw new Error('There is no key');
    return key;
  }

  /** A key that is not published. */
  foreign(): Promise<SigningKey> {
    return (this.#foreign ??= makeKey());
  }

  async rotate(forget: boolean): Promise<void> {
    const [key, old] = await Promise.all([makeKey(), this.#published]);
    this.#published = Promise.resolve(forget ? [key] : [key, ...old.slice(0, 1)]);
  }

  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: (await this.#published).map(({ jwk }) => jwk) };
  }
}
