/**
 * A passkey authenticator for tests, together with the browser before it: makes and uses ES256 passkeys as WebAuthn Level 3
 * has them (attestation `none`), and does wrong on demand what an attacker would. Nothing in here knows the server.
 */
import { Buffer } from 'node:buffer';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import * as z from 'zod/mini';

const Descriptor = z.object({ id: z.string(), type: z.literal('public-key') });
const CreationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.number() })),
  excludeCredentials: z.array(Descriptor),
});
const RequestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  allowCredentials: z.optional(z.array(Descriptor)),
});

/** What an authenticator is. Unless said otherwise it keeps its passkeys, verifies its user and counts. */
export interface Traits {
  /** Passkeys are found without being named, and say whose they are. */
  resident: boolean;
  verifiesUser: boolean;
  /** Synced passkeys have no counter: it stays zero. */
  synced: boolean;
  /** A new passkey attests itself (`packed` without certificates, section 8.2), although nobody asked for it. */
  attestsItself: boolean;
}

/** What is done wrong, once. */
export interface Wrong {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  topOrigin?: string;
  counter?: number;
  userVerified?: boolean;
  userPresent?: boolean;
  /** Null leaves it out. */
  userHandle?: string | null;
  /** Signs with a key that the server never saw. */
  foreignKey?: boolean;
  /** Says that this credential signed, whichever did. */
  credentialId?: string;
  /** Registers although one of the excluded credentials is here. */
  ignoreExcluded?: boolean;
  attestation?: { fmt: string; statement: Map<string, CBOR> };
}
export type CBOR = Parameters<typeof isoCBOR.encode>[0];

interface Held {
  id: string;
  rpId: string;
  userHandle: string;
  keys: CryptoKeyPair;
  counter: number;
}

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ES256_COSE = -7;
/** Bits of the authenticator data (section 6.1). */
const PRESENT = 1;
const VERIFIED = 4;
const BACKUP = 8 + 16;
const ATTESTED = 64;

const text64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = async (bytes: Uint8Array): Promise<Buffer> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(bytes)));

/** An ECDSA signature as WebAuthn has it: two integers in DER, where WebCrypto gives them raw. */
function der(raw: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const short = from < 0 ? Buffer.from([0]) : bytes.subarray(from);
    const positive = (short[0] ?? 0) < 0x80 ? short : Buffer.concat([Buffer.from([0]), short]);
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  };
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, both.length]), both]);
}

async function sign(privateKey: CryptoKey, authData: Buffer, clientData: Buffer): Promise<Buffer> {
  const signed = Buffer.concat([authData, await sha256(clientData)]);
  const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, signed);
  return der(Buffer.from(raw));
}

async function makeKeys(): Promise<CryptoKeyPair> {
  const made = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify']);
  if (!('privateKey' in made)) throw new Error('ES256 keys come in pairs');
  return made;
}

/** The public key as COSE has it (RFC 9053, section 7.1.1). */
async function coseKey({ publicKey }: CryptoKeyPair): Promise<Uint8Array> {
  const raw = await crypto.subtle.exportKey('raw', publicKey);
  if (!(raw instanceof ArrayBuffer)) throw new Error('A raw key is bytes');
  const point = new Uint8Array(raw);
  const entries: Array<[number, CBOR]> = [
    [1, 2],
    [3, ES256_COSE],
    [-1, 1],
    [-2, point.slice(1, 33)],
    [-3, point.slice(33, 65)],
  ];
  return isoCBOR.encode(new Map(entries));
}

export class Authenticator {
  readonly #origin: string;
  readonly #traits: Traits;
  /** What it made and keeps; a test may take some away. */
  readonly held: Held[] = [];

  /** @param origin of the page that asks */
  constructor(origin: string, traits: Partial<Traits> = {}) {
    this.#origin = origin;
    this.#traits = { resident: true, verifiesUser: true, synced: false, attestsItself: false, ...traits };
  }

  /** `navigator.credentials.create()`, as JSON. Throws where one of the excluded passkeys is here. */
  async create(options: unknown, wrong: Wrong = {}) {
    const { challenge, rp, user, pubKeyCredParams, excludeCredentials } = CreationOptions.parse(options);
    if (!pubKeyCredParams.some(({ alg }) => alg === ES256_COSE)) throw new Error('NotSupportedError');
    const excluded = this.held.some(({ id }) => excludeCredentials.some((each) => each.id === id));
    if (excluded && !wrong.ignoreExcluded) throw new Error('InvalidStateError');

    const rawId = crypto.getRandomValues(new Uint8Array(32));
    const id = wrong.credentialId ?? text64(rawId);
    const held: Held = { id, rpId: rp.id, userHandle: user.id, keys: await makeKeys(), counter: 0 };
    this.held.push(held);
    const idBytes = Buffer.from(id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(idBytes.length);
    const attested = [Buffer.alloc(16), length, idBytes, await coseKey(held.keys)];
    const authData = await this.#authenticatorData(held, wrong, attested);
    const clientData = this.#clientData('webauthn.create', challenge, wrong);
    const { fmt, statement } = wrong.attestation ?? (await this.#attest(held, authData, clientData));
    const entries: Array<[string, CBOR]> = [
      ['fmt', fmt],
      ['attStmt', statement],
      ['authData', new Uint8Array(authData)],
    ];
    return {
      ...named(id),
      clientExtensionResults: { credProps: { rk: this.#traits.resident } },
      response: {
        clientDataJSON: text64(clientData),
        attestationObject: text64(isoCBOR.encode(new Map(entries))),
        transports: ['internal', 'hybrid'],
      },
    };
  }

  /** `navigator.credentials.get()`, as JSON: the newest passkey that fits. Throws where there is none. */
  async get(options: unknown, wrong: Wrong = {}) {
    const { challenge, rpId, allowCredentials = [] } = RequestOptions.parse(options);
    const allowed = ({ id }: Held): boolean =>
      allowCredentials.length === 0 ? this.#traits.resident : allowCredentials.some((each) => each.id === id);
    const held = this.held.findLast((each) => each.rpId === rpId && allowed(each));
    if (!held) throw new Error('NotAllowedError');

    if (!this.#traits.synced) held.counter += 1;
    const authData = await this.#authenticatorData(held, wrong, []);
    const clientData = this.#clientData('webauthn.get', challenge, wrong);
    const { privateKey } = wrong.foreignKey ? await makeKeys() : held.keys;
    const signature = await sign(privateKey, authData, clientData);
    const { userHandle = this.#traits.resident ? held.userHandle : null } = wrong;
    return {
      ...named(wrong.credentialId ?? held.id),
      clientExtensionResults: {},
      response: {
        clientDataJSON: text64(clientData),
        authenticatorData: text64(authData),
        signature: text64(signature),
        ...(userHandle === null ? {} : { userHandle }),
      },
    };
  }

  /** Section 6.5. */
  async #attest({ keys }: Held, authData: Buffer, clientData: Buffer) {
    const statement = new Map<string, CBOR>();
    if (!this.#traits.attestsItself) return { fmt: 'none', statement };
    statement.set('alg', ES256_COSE);
    statement.set('sig', new Uint8Array(await sign(keys.privateKey, authData, clientData)));
    return { fmt: 'packed', statement };
  }

  /** Section 5.8.1. */
  #clientData(type: string, challenge: string, wrong: Wrong): Buffer {
    const { topOrigin } = wrong;
    const embedded = topOrigin === undefined ? { crossOrigin: false } : { crossOrigin: true, topOrigin };
    const data = { type, challenge, origin: this.#origin, ...embedded };
    const changed = {
      ...(wrong.type === undefined ? {} : { type: wrong.type }),
      ...(wrong.challenge === undefined ? {} : { challenge: wrong.challenge }),
      ...(wrong.origin === undefined ? {} : { origin: wrong.origin }),
    };
    return Buffer.from(JSON.stringify({ ...data, ...changed }));
  }

  /** Section 6.1. */
  async #authenticatorData(held: Held, wrong: Wrong, attested: Uint8Array[]): Promise<Buffer> {
    const flags =
      ((wrong.userPresent ?? true) ? PRESENT : 0) |
      ((wrong.userVerified ?? this.#traits.verifiesUser) ? VERIFIED : 0) |
      (this.#traits.synced ? BACKUP : 0) |
      (attested.length > 0 ? ATTESTED : 0);
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    rest.writeUInt32BE(wrong.counter ?? held.counter, 1);
    return Buffer.concat([await sha256(Buffer.from(wrong.rpId ?? held.rpId)), rest, ...attested]);
  }
}

const named = (id: string) => ({ id, rawId: id, type: 'public-key' as const });
