/**
 * Where deliveries arrive. Public, and answered without a database: the address says whom to ask, the signature whether
 * to believe it. The body stays bytes until that is settled. It is not limited by where it comes from, because the
 * big senders share a few addresses: what is too much is decided where it is kept.
 */
import type { Context } from 'hono';
import { conversation } from '#durable-objects/conversation/client.ts';
import type { App, AppEnv } from '../app-env.ts';
import { readHookAddress } from '../hooks/address.ts';
import { readBytes } from '../middleware/body.ts';
import { burst } from '../middleware/bursts.ts';
import { problemResponse, refuse } from '../middleware/problems.ts';

const MAX_BYTES = 256 * 1024;
/** Headers that go on to the object; anything else of a stranger's request stays outside. */
const PASSED =
  /^(?:content-type|user-agent|idempotency-key|stripe-signature|(?:webhook|x-github|x-hub|x-slack)-.+)$/;
/** What a sender is told that has to come again; seconds. */
const FULL = {
  retryAfter: 60,
  detail: 'As much waits here, or is in the run that goes on, as may. This was not kept.',
};

async function receive(c: Context<AppEnv>, address: string, token: string | null): Promise<Response> {
  const no = (...refusal: Parameters<typeof refuse>) =>
    problemResponse(refuse(...refusal), c.get('requestId'));
  const read = await readHookAddress(c.get('services').settings, address);
  if (read === null) return no('not_found');
  const { ids, proven } = read;
  // Made up, or made with a key that was taken away since: who tries many is told to wait.
  const tooMany = proven ? null : await burst(c, null);
  if (tooMany !== null) return problemResponse(tooMany, c.get('requestId'));
  // Its bytes would be kept, but no filter and no run could read them.
  const encoding = c.req.header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    return no('unsupported_media_type', { detail: 'Send the body without content-encoding.' });
  const got = await readBytes(c.req.raw, MAX_BYTES);
  if (!got.ok)
    return no(
      got.code,
      got.code === 'too_large' ? { detail: `A delivery may have at most ${MAX_BYTES} bytes.` } : {},
    );
  const { bytes: body } = got;
  const headers = Object.fromEntries([...c.req.raw.headers].filter(([name]) => PASSED.test(name)));
  const { conversationId, webhookId } = ids;
  const answer = await conversation(c.env, conversationId).receiveDelivery({
    webhookId,
    headers,
    body,
    token,
  });
  if (!answer.ok && answer.code === 'gone' && !proven) return no('not_found');
  if (!answer.ok) return no(answer.code, answer.code === 'too_many_deliveries' ? FULL : {});
  return 'challenge' in answer ? c.json({ challenge: answer.challenge }) : c.json(answer.answer, 202);
}

export function hookRoutes(app: App): void {
  app.post('/hooks/:address', (c) => receive(c, c.req.param('address'), null));
  app.post('/hooks/:address/:secret', (c) => receive(c, c.req.param('address'), c.req.param('secret')));
}
