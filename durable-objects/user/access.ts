/**
 * Sessions and API keys: who may act as this user, and how that ends. Ending one closes its sockets here, and those of
 * every conversation that it watches.
 */
import { timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import { v7 as uuidv7 } from 'uuid';
import { log } from '#durable-objects/lib/log.ts';
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { formatApiKey, hintOf } from '#shared/core/auth/api-key.ts';
import { deviceWords } from '#shared/core/auth/device-words.ts';
import { decideRefresh, isAlive } from '#shared/core/auth/refresh.ts';
import { formatRefreshToken, parseRefreshToken } from '#shared/core/auth/refresh-token.ts';
import { ALL_SCOPES, CONFIRMED_MS, needsSecondFactor } from '#shared/core/auth/sign-in.ts';
import { earliest } from '#shared/core/earliest.ts';
import type { ApiKey, DeviceSession } from '#shared/protocol/security.ts';
import type { CreateApiKey } from '#shared/protocol/security-requests.ts';
import type { Checked, Device, NotCreated, OpenedFamily, Rotated, Way } from './client.ts';
import { apiKeyOf } from './key-store.ts';
import { closeCredential } from './sockets.ts';
import { newSecret, type World } from './world.ts';

const NOT_CREATED: NotCreated = { ok: false, code: 'not_found' };
const REFUSED: Checked = { ok: false, code: 'unauthenticated' };
const MAX_KEYS = 50;
/** How exactly the last use of a key is known: writing it down at every call would cost more than the call. */
const LAST_USED_MS = 60_000;

export class Access {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Opens a refresh family: one sign-in on one device.
   * @param pendingSince when the first factor was shown, where this is the second
   */
  open(device: Device, way: Way, pendingSince: number | null): OpenedFamily {
    const { stores, commit, record, now } = this.#world;
    const user = this.#world.user();
    if (!user) return NOT_CREATED;
    // A first factor that was shown before the ways in were changed counts no more.
    if (pendingSince !== null && this.isVoid(pendingSince)) return { ok: false, code: 'void' };
    if (needsSecondFactor(way, stores.profiles.secondFactor()))
      return { ok: false, code: 'second_factor_required' };
    const sessionId = uuidv7();
    const refreshToken = formatRefreshToken({ userId: user.id, familyId: sessionId }, newSecret());
    const userAgent = device.userAgent?.slice(0, 200) ?? null;
    commit(() => {
      const ended = stores.sessions.openFamily(
        { id: sessionId, userAgent, place: device.place },
        sha256(refreshToken),
        now(),
      );
      for (const id of ended) this.#end(id);
      record({ action: way === 'sign_up' ? 'signed_up' : 'signed_in', detail: way, device });
    });
    return { ok: true, refreshToken, sessionId, user };
  }

  /** Whether a first factor that was shown then counts no more. To the second: so exactly its token knows it. */
  isVoid(pendingSince: number): boolean {
    return pendingSince < Math.floor(this.#world.stores.profiles.protectedAt() / 1_000) * 1_000;
  }

  /** Exchanges a refresh token for its successor. Reuse of an old one ends the session, and its owner is told. */
  rotate(refreshToken: string, device: Device): Rotated {
    const { stores, commit, record, now } = this.#world;
    const user = this.#world.user();
    const familyId = parseRefreshToken(refreshToken)?.familyId;
    if (!user || familyId === undefined) return { ok: false, code: 'refresh_invalid' };
    const successor = formatRefreshToken({ userId: user.id, familyId }, newSecret());
    const [hash, newHash] = [sha256(refreshToken), sha256(successor)];
    const decision = commit(() => {
      const family = stores.sessions.family(familyId);
      const decided = decideRefresh(family, stores.sessions.token(familyId, hash), now());
      if (decided.action === 'rotate') stores.sessions.rotate(familyId, hash, newHash, now());
      if (decided.action === 'revoke') {
        this.#endSession(familyId);
        const known = deviceWords(family?.userAgent ?? null);
        record({ action: 'refresh_token_reused', detail: known, device });
      }
      return decided;
    });
    if (decision.action === 'rotate')
      return { ok: true, refreshToken: successor, userId: user.id, sessionId: familyId, user };
    if (decision.action === 'revoke')
      log.warn('refresh_token_reused', { userId: user.id, sessionId: familyId });
    return { ok: false, code: decision.code };
  }

  /** Ends the session of a refresh token, of any age. A token that is not known ends nothing. */
  signOut(refreshToken: string, device: Device): void {
    const { stores, commit, record, now } = this.#world;
    const familyId = parseRefreshToken(refreshToken)?.familyId;
    if (!this.#world.user() || familyId === undefined) return;
    if (!stores.sessions.token(familyId, sha256(refreshToken))) return;
    const family = stores.sessions.family(familyId);
    if (!family || !isAlive(family, now())) return;
    commit(() => {
      this.#endSession(familyId);
      record({ action: 'signed_out', device });
    });
  }

  /** Whether a session is still good. */
  checkSession(sessionId: string): Checked {
    const { stores, now } = this.#world;
    const family = this.#world.user() ? stores.sessions.family(sessionId) : null;
    if (!family || !isAlive(family, now())) return REFUSED;
    return { ok: true, scopes: ALL_SCOPES, confirmedUntil: family.confirmedAt + CONFIRMED_MS };
  }

  /** Whether this refresh token belongs to a session that is still good. */
  isSignedIn(refreshToken: string): boolean {
    const familyId = parseRefreshToken(refreshToken)?.familyId;
    if (familyId === undefined || !this.checkSession(familyId).ok) return false;
    return this.#world.stores.sessions.token(familyId, sha256(refreshToken)) !== null;
  }

  /** Whether a key is still good and this is its secret. Notes when it was used. */
  checkKey(keyId: string, secretHash: string): Checked {
    const { stores, now } = this.#world;
    const key = this.#world.user() ? stores.keys.get(keyId) : null;
    const time = now();
    if (!key || !sameHash(key.hash, secretHash)) return REFUSED;
    if (key.expiresAt !== null && time >= key.expiresAt) return REFUSED;
    if (key.lastUsedAt === null || time - key.lastUsedAt >= LAST_USED_MS) stores.keys.used(keyId, time);
    return { ok: true, scopes: key.scopes, confirmedUntil: null };
  }

  /** Whether a credential of either kind, already proved, is still good: for streams that begin or go on. */
  isGood(credentialId: string): boolean {
    const { stores, now } = this.#world;
    if (this.checkSession(credentialId).ok) return true;
    const key = this.#world.user() ? stores.keys.get(credentialId) : null;
    return key !== null && (key.expiresAt === null || now() < key.expiresAt);
  }

  /** The user of this session has just proved to be there. */
  confirm(sessionId: string): void {
    if (this.#world.user()) this.#world.stores.sessions.confirm(sessionId, this.#world.now());
  }

  sessions(currentId: string | null): DeviceSession[] {
    return this.#world.stores.sessions.alive(this.#world.now()).map((session) => ({
      id: session.id,
      current: session.id === currentId,
      device: deviceWords(session.userAgent),
      place: session.place,
      createdAt: new Date(session.createdAt).toISOString(),
      lastUsedAt: new Date(session.lastUsedAt).toISOString(),
    }));
  }

  /** Ends one session. False when there is none with this id. */
  endOne(sessionId: string, device: Device): boolean {
    const { stores, commit, record, now } = this.#world;
    const family = stores.sessions.family(sessionId);
    if (!family || !isAlive(family, now())) return false;
    commit(() => {
      this.#endSession(sessionId);
      record({ action: 'session_ended', detail: deviceWords(family.userAgent), device });
    });
    return true;
  }

  /** Ends all sessions but one (null: all); inside `commit`. Answers how many. */
  endSessions(keepId: string | null): number {
    const ending = this.#world.stores.sessions.alive(this.#world.now()).filter(({ id }) => id !== keepId);
    for (const { id } of ending) this.#endSession(id);
    return ending.length;
  }

  createKey(
    by: string,
    made: CreateApiKey,
    device: Device,
  ): { ok: true; apiKey: ApiKey; secret: string } | { ok: false; code: 'not_found' | 'limit_reached' } {
    const { stores, commit, record, now } = this.#world;
    const user = this.#world.user();
    if (!user || !this.checkSession(by).ok) return NOT_CREATED;
    if (stores.keys.list().length >= MAX_KEYS) return { ok: false, code: 'limit_reached' };
    const id = uuidv7();
    const secret = formatApiKey({ userId: user.id, keyId: id }, newSecret());
    const expiresAt = made.expiresAt ? Date.parse(made.expiresAt) : null;
    const scopes = [...new Set(made.scopes)];
    const times = { createdAt: now(), expiresAt, lastUsedAt: null };
    const key = { id, hash: sha256(secret), name: made.name, scopes, hint: hintOf(secret), ...times };
    commit(() => {
      stores.keys.add(key);
      record({ action: 'api_key_made', detail: made.name, scopes, device });
    });
    return { ok: true, apiKey: apiKeyOf(key), secret };
  }

  keys(): ApiKey[] {
    return this.#world.stores.keys.list().map(apiKeyOf);
  }

  /** False when there is no such key. */
  revokeKey(keyId: string, device: Device): boolean {
    const { commit, record } = this.#world;
    return commit(() => {
      const key = this.#endKey(keyId);
      if (key) record({ action: 'api_key_revoked', detail: key.name, device });
      return key !== null;
    });
  }

  /** Revokes every key; inside `commit`. */
  endKeys(): number {
    const keys = this.#world.stores.keys.list();
    for (const { id } of keys) this.#endKey(id);
    return keys.length;
  }

  /** Ends what has expired, with the sockets that it still holds. */
  expire(): void {
    const { stores, commit, now } = this.#world;
    const [keys, sessions] = [stores.keys.expired(now()), stores.sessions.expired(now())];
    if (keys.length === 0 && sessions.length === 0) return;
    commit(() => {
      for (const { id } of keys) this.#endKey(id);
      for (const id of sessions) this.#endSession(id);
    });
  }

  /** When the next key or session expires. */
  nextExpiry(): number | null {
    const { keys, sessions } = this.#world.stores;
    return earliest([keys.nextExpiry(), sessions.nextExpiry()]);
  }

  #endSession(id: string): void {
    this.#world.stores.sessions.revoke(id, this.#world.now());
    this.#end(id);
  }

  #endKey(id: string) {
    const key = this.#world.stores.keys.remove(id);
    if (key) this.#end(id);
    return key;
  }

  #end(credentialId: string): void {
    const { ctx, stores, owe, after } = this.#world;
    stores.tickets.drop(credentialId);
    stores.watches.end(credentialId);
    owe('endings');
    after(() => closeCredential(ctx, credentialId));
  }
}

function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
