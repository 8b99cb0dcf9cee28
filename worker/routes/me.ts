/** The signed-in user: profile, address, password, the end of the account, and the WebSocket of the list. */
import { dropPasswordHash, findAccountById, setPasswordHash } from '#shared/adapters/db/accounts.ts';
import { findDeletion } from '#shared/adapters/db/deletion.ts';
import { listIdentities } from '#shared/adapters/db/identities.ts';
import { listPasskeys } from '#shared/adapters/db/passkeys.ts';
import { parseUserTicket } from '#shared/core/auth/refresh-token.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App } from '../app-env.ts';
import { deviceOf } from '../auth/device.ts';
import { forgive, guard } from '../auth/limits.ts';
import { verifyAssertion } from '../auth/passkeys.ts';
import { clearRefreshCookie } from '../auth/refresh-cookie.ts';
import { isTimeZone } from '#shared/core/schedule/time-zone.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { refuse } from '../middleware/problems.ts';
import { mount, mountPublic, mountSession, mountTicket } from './mount.ts';

export function meRoutes(app: App): void {
  mount(app, routes.getMe, async ({ c, user, services }) => {
    const me = await userObject(c.env, user.id).me();
    // The token is good but its user is gone.
    if (!me) return refuse('unauthenticated');
    const { chat, demo } = services.settings.model;
    return { user: me.user, model: { name: chat, demo }, alerts: me.alerts, unread: me.unread };
  });

  mount(app, routes.updateMe, async ({ c, user, body }) => {
    if (body.timezone !== undefined && !isTimeZone(body.timezone))
      return refuse('bad_request', { errors: [{ path: 'timezone', message: 'is not a known time zone' }] });
    const updated = await userObject(c.env, user.id).updateProfile(body);
    return updated.ok ? { user: updated.user } : refuse('unauthenticated');
  });

  mountSession(app, routes.confirm, async ({ c, user, body, services }) => {
    const no = await guard(c, 'confirm', { user: user.id });
    if (no) return no;
    if ('password' in body) {
      // Who asked for two factors must not lose the second one to the first.
      const { secondFactor } = await userObject(c.env, user.id).security();
      if (secondFactor) return refuse('second_factor_required');
      const account = await findAccountById(services.database, user.id);
      const matches = await services.passwords.verify(body.password, account?.passwordHash ?? null);
      if (matches === null) return refuse('too_many_requests', { retryAfter: 2 });
      if (!matches) return refuse('bad_credentials');
    } else {
      const proved = await verifyAssertion(c, { ...body, purpose: 'confirm', userId: user.id });
      if (!proved.ok) return proved.refusal;
    }
    await userObject(c.env, user.id).confirm(user.sessionId);
    await forgive(c, 'confirm', { user: user.id });
    return undefined;
  });

  mountSession(app, routes.getSecurity, async ({ c, user, services }) => {
    const [account, passkeys, identities, { secondFactor, recoveryCodesLeft }] = await Promise.all([
      findAccountById(services.database, user.id),
      listPasskeys(services.database, user.id),
      listIdentities(services.database, user.id),
      userObject(c.env, user.id).security(),
    ]);
    const until = user.confirmedUntil ?? 0;
    return {
      hasPassword: account?.passwordHash !== null && account !== null,
      secondFactor,
      recoveryCodesLeft,
      passkeys,
      identities,
      confirmedUntil: until > services.clock.now() ? new Date(until).toISOString() : null,
    };
  });

  mountSession(app, routes.requestVerification, async ({ c, user }) => {
    const no = await guard(c, 'verification_mail', { user: user.id });
    if (no) return no;
    const object = userObject(c.env, user.id);
    const profile = await object.profile();
    const sent = profile ? await object.sendLink('verify', profile.email, deviceOf(c)) : null;
    if (!sent) return refuse('unauthenticated');
    return sent.ok ? undefined : refuse(sent.code);
  });

  mountSession(app, routes.changeEmail, async ({ c, user, body }) => {
    const no = await guard(c, 'email_change', { user: user.id, email: body.email });
    if (no) return no;
    // Whether somebody has the address already is told to its reader alone, when the link is followed.
    const sent = await userObject(c.env, user.id).sendLink(
      'change_email',
      body.email,
      deviceOf(c),
      user.sessionId,
    );
    return sent.ok ? undefined : refuse(sent.code);
  });

  mountSession(app, routes.changePassword, async ({ c, user, body, services }) => {
    const no = await guard(c, 'protect', { user: user.id });
    if (no) return no;
    const passwordHash = await services.passwords.hash(body.password);
    if (passwordHash === null) return refuse('too_many_requests', { retryAfter: 2 });
    if (!(await setPasswordHash(services.database, user.id, passwordHash))) return refuse('unauthenticated');
    const object = userObject(c.env, user.id);
    const changed = await object.passwordChanged(user.sessionId, body.revokeApiKeys ?? false, deviceOf(c));
    if (changed) return undefined;
    // The session ended while the password was hashed: whoever ended it must not find a password of its holder.
    await dropPasswordHash(services.database, user.id, passwordHash);
    return refuse('unauthenticated');
  });

  mountSession(app, routes.deleteMe, async ({ c, user, services }) => {
    const deletionId = await userObject(c.env, user.id).deleteAccount(user.sessionId, services.newId());
    if (deletionId === null) return refuse('unauthenticated');
    c.get('log').info('account_deletion_asked', { userId: user.id });
    clearRefreshCookie(c);
    return { deletionId };
  });

  mountPublic(app, routes.deletion, async ({ params, services }) => {
    const deletion = await findDeletion(services.database, params.deletionId);
    return deletion ?? refuse('not_found');
  });

  mount(app, routes.userTicket, async ({ c, user }) => {
    const issued = await userObject(c.env, user.id).issueTicket(user.credentialId);
    return issued.ok ? { ticket: issued.ticket, expiresIn: issued.expiresIn } : refuse('unauthenticated');
  });

  mountTicket(app, routes.userEvents, async ({ c, user, ticket }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return refuse('upgrade_required');
    const userId = user?.id ?? parseUserTicket(ticket ?? '');
    if (userId === null) return refuse('unauthenticated');
    const object = userObject(c.env, userId);
    // A caller with a token needs no ticket, but the object knows only one way in.
    const issued = user ? await object.issueTicket(user.credentialId) : null;
    if (issued && !issued.ok) return refuse('unauthenticated');
    const url = new URL('https://user/');
    url.searchParams.set('ticket', issued?.ticket ?? ticket ?? '');
    const response = await object.fetch(url.href, { headers: { upgrade: 'websocket' } });
    return response.status === 101 ? response : refuse('unauthenticated');
  });
}
