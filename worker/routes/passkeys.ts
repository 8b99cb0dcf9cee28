/**
 * The passkeys of an account, and whether one is asked for after the password. No change leaves an account without a way
 * in.
 */
import type { Context } from 'hono';
import { findAccountById } from '#shared/adapters/db/accounts.ts';
import { listIdentities } from '#shared/adapters/db/identities.ts';
import {
  addPasskey,
  listCredentials,
  listPasskeys,
  MAX_PASSKEYS,
  removePasskey,
  renamePasskey,
} from '#shared/adapters/db/passkeys.ts';
import { passkeyName } from '#shared/core/auth/passkey-name.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { AuditAction } from '#shared/protocol/security.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { deviceOf } from '../auth/device.ts';
import { guard } from '../auth/limits.ts';
import { beginAssertion } from '../auth/passkeys.ts';
import { makeRecoveryCodes } from '../auth/passkeys-recovery.ts';
import { beginRegistration, verifyRegistration } from '../auth/passkeys-register.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse, type Refusal } from '../middleware/problems.ts';
import { mountSession } from './mount.ts';

const tooMany = () => refuse('limit_reached', { detail: `An account has at most ${MAX_PASSKEYS} passkeys.` });
const neededForSecondFactor = () =>
  refuse('last_way_in', {
    detail: 'Your sign-in asks for a passkey after the password. Turn that off first.',
  });

const record = (c: Context<AppEnv>, userId: string, action: AuditAction, detail: string | null = null) =>
  userObject(c.env, userId).record({ action, detail, device: deviceOf(c) });

/** Why the second factor cannot be turned on; null when it can. It needs something to be the second factor of. */
async function missingForSecondFactor(c: Context<AppEnv>, userId: string): Promise<Refusal | null> {
  const { database } = c.get('services');
  const [account, passkeys, identities] = await Promise.all([
    findAccountById(database, userId),
    listPasskeys(database, userId),
    listIdentities(database, userId),
  ]);
  if (!account) return refuse('unauthenticated');
  if (passkeys.length === 0) return refuse('bad_request', { detail: 'Add a passkey first.' });
  if (account.passwordHash === null && identities.length === 0)
    return refuse('bad_request', {
      detail: 'You sign in with a passkey alone. Set a password first, to be asked for both.',
    });
  return null;
}

export function passkeyRoutes(app: App): void {
  mountSession(app, routes.confirmOptions, async ({ c, user }) =>
    isOwnOrigin(c) ? beginAssertion(c, 'confirm', user.id) : refuse('bad_origin'),
  );

  mountSession(app, routes.newPasskeyOptions, async ({ c, user, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const known = await listCredentials(services.database, user.id);
    if (known.length >= MAX_PASSKEYS) return tooMany();
    const profile = await userObject(c.env, user.id).profile();
    return profile ? beginRegistration(c, profile, known) : refuse('unauthenticated');
  });

  mountSession(app, routes.addPasskey, async ({ c, user, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const tooOften = await guard(c, 'protect', { user: user.id });
    if (tooOften) return tooOften;
    const { token, credential } = body;
    const registered = await verifyRegistration(c, { token, credential, userId: user.id });
    if (!registered) return refuse('passkey_refused');
    const { database } = services;
    const taken = (await listPasskeys(database, user.id)).map(({ name }) => name);
    const passkey = {
      id: services.newId(),
      name: body.name ?? passkeyName(c.req.header('user-agent') ?? null, taken),
      synced: registered.synced,
      createdAt: new Date(services.clock.now()).toISOString(),
    };
    const added = await addPasskey(database, { ...registered, ...passkey, userId: user.id });
    if (added === 'known') return refuse('passkey_known');
    if (added === 'limit_reached') return tooMany();
    if (added === 'missing') return refuse('unauthenticated');
    if (!(await userObject(c.env, user.id).checkSession(user.sessionId)).ok) {
      // The session ended meanwhile: whoever ended it must not find a passkey of its holder.
      await removePasskey(database, user.id, passkey.id, false);
      return refuse('unauthenticated');
    }
    await record(c, user.id, 'passkey_added', passkey.name);
    return { passkey: { ...passkey, lastUsedAt: null } };
  });

  mountSession(app, routes.renamePasskey, async ({ user, params, body, services }) => {
    const passkey = await renamePasskey(services.database, user.id, params.passkeyId, body.name);
    return passkey ? { passkey } : refuse('not_found');
  });

  mountSession(app, routes.removePasskey, async ({ c, user, params, services }) => {
    const { database } = services;
    const object = userObject(c.env, user.id);
    const { secondFactor } = await object.security();
    const removed = await removePasskey(database, user.id, params.passkeyId, secondFactor);
    if (removed === 'missing') return refuse('not_found');
    if (removed === 'kept') return secondFactor ? neededForSecondFactor() : refuse('last_way_in');
    // The other half of this stands below: each writes first and then looks at what the other wrote, so of a removal and a
    // turning on at the same moment at least one sees the other and takes its own part back.
    if (!secondFactor && (await object.security()).secondFactor) {
      const left = await listPasskeys(database, user.id);
      if (left.length === 0) {
        await addPasskey(database, removed);
        return neededForSecondFactor();
      }
    }
    await record(c, user.id, 'passkey_removed', removed.name);
    return undefined;
  });

  mountSession(app, routes.setSecondFactor, async ({ c, user, body, services }) => {
    const tooOften = await guard(c, 'protect', { user: user.id });
    if (tooOften) return tooOften;
    const object = userObject(c.env, user.id);
    if (!body.on) {
      const off = await object.turnOffSecondFactor(user.sessionId, deviceOf(c));
      if (!off.ok) return refuse('unauthenticated');
      return { recoveryCodes: [] };
    }
    const missing = await missingForSecondFactor(c, user.id);
    if (missing) return missing;
    // Also when it is on already: whoever lost the codes gets new ones, and the old ones end.
    const { codes, hashes } = makeRecoveryCodes(user.id);
    const on = await object.setSecondFactor(true, hashes, user.sessionId);
    if (!on.ok) return refuse('unauthenticated');
    if ((await listPasskeys(services.database, user.id)).length === 0) {
      await object.setSecondFactor(false, [], user.sessionId);
      return refuse('bad_request', { detail: 'Add a passkey first.' });
    }
    await record(c, user.id, 'second_factor_on');
    return { recoveryCodes: codes };
  });
}
