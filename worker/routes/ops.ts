/**
 * What whoever runs the app asks of it, not part of the API for users and so not in the route table: `npm run
 * vault:rotate` has every user's secrets sealed anew. For anybody who does not sign as the operator it does not exist.
 */
import * as z from 'zod/mini';
import { accountIds } from '#shared/adapters/db/accounts.ts';
import { isOperatorToken } from '#shared/adapters/vault/operator-token.ts';
import type { ResealPage } from '#shared/adapters/vault/reseal-page.ts';
import { Id } from '#shared/protocol/ids.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { App } from '../app-env.ts';
import { readJson } from '../middleware/body.ts';
import { problemResponse, refuse } from '../middleware/problems.ts';
import type { Services } from '../services.ts';

const PAGE = 100;
/** Objects asked at once. */
const AT_ONCE = 10;
const MAX_BYTES = 1_024;

/** `cursor`: the id of the last account that was looked at. */
const Body = z.strictObject({ cursor: z.optional(Id) });

/** Only the newest secret counts: one that was changed because it leaked must not open this. */
async function isOperator(authorization: string, { settings, clock }: Services): Promise<boolean> {
  const token = /^Bearer (\S{1,200})$/.exec(authorization)?.[1];
  const [secret] = settings.authSecrets;
  if (token === undefined || secret === undefined) return false;
  return isOperatorToken(token, secret, 'vault-rotate', clock.now());
}

export function opsRoutes(app: App): void {
  app.post('/api/ops/reseal', async (c) => {
    const { services, requestId, log } = c.var;
    // The same answer as for a path that nobody knows, and before anything of the body is looked at.
    if (!(await isOperator(c.req.header('authorization') ?? '', services)))
      return problemResponse(refuse('not_found'), requestId);
    const read = await readJson(c.req.raw, MAX_BYTES);
    if (!read.ok) return problemResponse(read.refusal, requestId);
    const body = Body.safeParse(read.value);
    if (!body.success) return problemResponse(refuse('bad_request'), requestId);

    const ids = await accountIds(services.database, body.data.cursor ?? null, PAGE);
    const page: ResealPage = {
      resealed: 0,
      left: 0,
      failed: 0,
      nextCursor: ids.length < PAGE ? null : (ids.at(-1) ?? null),
    };
    for (let at = 0; at < ids.length; at += AT_ONCE)
      await Promise.all(
        ids.slice(at, at + AT_ONCE).map(async (userId) => {
          try {
            const { resealed, left } = await userObject(c.env, userId).resealSecrets();
            page.resealed += resealed;
            page.left += left;
          } catch (error) {
            // One object that cannot be reached does not stop the others; the operator runs it again.
            page.failed += 1;
            log.error('reseal_failed', { userId, error });
          }
        }),
      );
    log.info('resealed', { count: page.resealed, failed: page.failed + page.left });
    return c.json(page);
  });
}
