/**
 * Everything that a user owns, as one download. A browser goes to its address, and cannot send a header with that: it
 * brings a one-time ticket.
 */
import { parseUserTicket } from '#shared/core/auth/refresh-token.ts';
import { routes } from '#shared/protocol/routes.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { Context } from 'hono';
import type { App, AppEnv } from '../app-env.ts';
import { checkCredential } from '../auth/credentials.ts';
import { deviceOf } from '../auth/device.ts';
import { guard } from '../auth/limits.ts';
import { archive } from '../export/archive.ts';
import { zip } from '../export/zip.ts';
import { refuse, type Refusal } from '../middleware/problems.ts';
import { mountTicket } from './mount.ts';

type Owner = { ok: true; userId: string; sessionId: string } | { ok: false; refusal: Refusal };

const no = (refusal: Refusal): Owner => ({ ok: false, refusal });

/** Whose ticket this is. An API key may have one for a WebSocket, but it cannot carry everything away. */
async function redeem(c: Context<AppEnv>, ticket: string): Promise<Owner> {
  const userId = parseUserTicket(ticket);
  const taken = userId === null ? null : await userObject(c.env, userId).takeTicket(ticket);
  if (userId === null || taken === null) return no(refuse('unauthenticated'));
  if (!taken.isSession) return no(refuse('session_only'));
  c.set('log', c.get('log').with({ userId }));
  return { ok: true, userId, sessionId: taken.credentialId };
}

export function exportRoutes(app: App): void {
  mountTicket(app, routes.exportAll, async ({ c, user, ticket, services }) => {
    let owner: Owner;
    if (user === null) owner = await redeem(c, ticket);
    else if (user.sessionId === null) owner = no(refuse('session_only'));
    else owner = { ok: true, userId: user.id, sessionId: user.sessionId };
    if (!owner.ok) return owner.refusal;

    const { userId, sessionId } = owner;
    const tooMany = await guard(c, 'export', { user: userId });
    if (tooMany) return tooMany;
    const object = userObject(c.env, userId);
    const profile = await object.profile();
    if (!profile) return refuse('unauthenticated');
    // Before the first byte: that somebody began to carry everything away is what its owner has to know.
    await object.record({ action: 'exported', device: deviceOf(c) });

    const { clock, database, settings } = services;
    const now = clock.now();
    const stillAllowed = async () => {
      const checked = await checkCredential(c.env, clock, { kind: 'session', userId, id: sessionId });
      if (!checked.ok) throw new Error('The session of this export has ended');
    };
    const source = { env: c.env, database, profile, sessionId, origin: settings.publicOrigin, now };
    const name = `agentic-tasks-${new Date(now).toISOString().slice(0, 10)}.zip`;
    const broke = (error: unknown) => c.get('log').error('export_broke', { error });
    return new Response(zip(archive({ ...source, stillAllowed }), broke), {
      headers: {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'no-store',
      },
    });
  });
}
