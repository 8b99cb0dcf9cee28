/**
 * Proof by mail: confirming an address, and choosing a new password. Asking for a link takes the same time and gives
 * the same answer whether there is an account or not.
 */
import type { Context } from 'hono';
import {
  changeEmail,
  dropPasskeys,
  dropWaysIn,
  findAccount,
  markVerified,
  setPasswordHash,
} from '#shared/adapters/db/accounts.ts';
import { type LinkPurpose, parseLinkToken } from '#shared/core/auth/links.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { afterwards } from '../auth/afterwards.ts';
import { deviceOf } from '../auth/device.ts';
import { guard } from '../auth/limits.ts';
import { readRefreshCookie } from '../auth/refresh-cookie.ts';
import { repair } from '../auth/sign-in.ts';
import { isOwnOrigin } from '../middleware/origin.ts';
import { isRefusal, refuse, type Refusal } from '../middleware/problems.ts';
import { mountPublic } from './mount.ts';

async function sendReset(c: Context<AppEnv>, email: string): Promise<void> {
  if (await guard(c, 'reset_mail', { email })) return;
  const known = await findAccount(c.get('services').database, email);
  if (!known) return;
  const { id } = known.user;
  const send = () => userObject(c.env, id).sendLink('reset', email, deviceOf(c));
  const sent = await send();
  if (!sent.ok && sent.code === 'not_found' && (await repair(c, id))) await send();
}

type Claimed =
  | { ok: true; link: Link; object: ReturnType<typeof userObject> }
  | { ok: false; refusal: Refusal };
type Link = NonNullable<Awaited<ReturnType<ReturnType<typeof userObject>['claimLink']>>>;

const no = (refusal: Refusal): Claimed => ({ ok: false, refusal });

/** Claims the link of a token for one of these purposes. */
async function claim(
  c: Context<AppEnv>,
  token: string,
  purposes: ReadonlyArray<LinkPurpose>,
): Promise<Claimed> {
  const userId = parseLinkToken(token);
  const tooMany = await guard(c, 'link', userId === null ? {} : { user: userId });
  if (tooMany) return no(tooMany);
  if (userId === null) return no(refuse('link_expired'));
  const object = userObject(c.env, userId);
  const link = await object.claimLink(token);
  if (link && purposes.includes(link.purpose)) return { ok: true, link, object };
  if (link) await object.releaseLink(token);
  return no(refuse('link_expired'));
}

/** Acts on a claimed link. When that fails or is refused the link is good again. */
async function actOn<Result>(
  { object }: Extract<Claimed, { ok: true }>,
  token: string,
  act: () => Promise<Result | Refusal>,
): Promise<Result | Refusal> {
  let answer: Result | Refusal;
  try {
    answer = await act();
  } catch (error) {
    await object.releaseLink(token);
    throw error;
  }
  if (isRefusal(answer)) await object.releaseLink(token);
  return answer;
}

export function linkRoutes(app: App): void {
  mountPublic(app, routes.requestReset, async ({ c, body, services }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    if (services.settings.mail.provider === 'none') return refuse('mail_unavailable');
    const tooMany = await guard(c, 'reset', {});
    if (tooMany) return tooMany;
    afterwards(c, sendReset(c, body.email));
    return undefined;
  });

  mountPublic(app, routes.resetPassword, async ({ c, body, services: { database, passwords, clock } }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const claimed = await claim(c, body.token, ['reset']);
    if (!claimed.ok) return claimed.refusal;
    const { link, object } = claimed;
    const { id, emailVerified } = link.user;
    return actOn(claimed, body.token, async () => {
      const passwordHash = await passwords.hash(body.password);
      if (passwordHash === null) return refuse('too_many_requests', { retryAfter: 2 });
      if (!(await object.lockOut(body.token))) return refuse('link_expired');
      // Whoever put the others there had not shown that the address is theirs.
      if (!emailVerified) await dropWaysIn(database, id);
      if (!(await setPasswordHash(database, id, passwordHash, link.email))) return refuse('link_expired');
      await markVerified(database, id, link.email, new Date(clock.now()));
      await object.passwordReset(body.token, body.revokeApiKeys ?? false, deviceOf(c));
      return undefined;
    });
  });

  mountPublic(app, routes.verifyEmail, async ({ c, body, services: { database, clock } }) => {
    if (!isOwnOrigin(c)) return refuse('bad_origin');
    const claimed = await claim(c, body.token, ['verify', 'change_email']);
    if (!claimed.ok) return claimed.refusal;
    const { link, object } = claimed;
    const { email } = link;
    const at = new Date(clock.now());
    const cookie = readRefreshCookie(c);
    const alone = cookie === undefined || !(await object.isSignedIn(cookie));
    return actOn(claimed, body.token, async () => {
      if (link.purpose === 'change_email') {
        const outcome = await changeEmail(database, link.user.id, email, at);
        if (outcome !== 'changed') return refuse(outcome === 'taken' ? 'email_taken' : 'link_expired');
      } else {
        if (alone) await dropPasskeys(database, link.user.id);
        if (!(await markVerified(database, link.user.id, email, at))) return refuse('link_expired');
      }
      await object.emailConfirmed(body.token, alone, deviceOf(c));
      return { email };
    });
  });
}
