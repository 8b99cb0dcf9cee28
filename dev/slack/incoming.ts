/**
 * A labelled stand-in for Slack's incoming webhooks
 * (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks), as strict as the documents say: JSON with a text, `ok`
 * as plain text, errors as one word. What is posted is an effect of its space, and reaches nobody.
 *
 * The last part of the address decides: `gone`, `archived`, `forbidden` answer as Slack does for such a webhook; `busy`
 * asks to wait the first time; everything else takes the message.
 */
import { isObject, parseJson } from '#dev/stand-in/json.ts';
import type { Space } from '#dev/mcp/space.ts';
import { LABEL } from '#dev/mcp/wire.ts';

const MOST = 40_000;

const word = (status: number, text: string, more: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { ...LABEL, 'content-type': 'text/plain; charset=utf-8', ...more } });

const refusals: Readonly<Record<string, readonly [number, string]>> = {
  gone: [404, 'no_service'],
  archived: [410, 'channel_is_archived'],
  forbidden: [403, 'action_prohibited'],
};

/** @param path after `/slack` */
export async function slackPost(
  space: Space,
  request: Request,
  path: string,
  body: string,
): Promise<Response> {
  const token = /^\/services\/T\w+\/B\w+\/([\w-]+)$/.exec(path)?.[1];
  if (token === undefined) return word(404, 'no_service');
  if (request.method !== 'POST') return word(400, 'invalid_payload');
  const refusal = refusals[token];
  if (refusal !== undefined) return word(...refusal);
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return word(400, 'invalid_payload');
  const payload = parseJson(body);
  if (!isObject(payload)) return word(400, 'invalid_payload');
  const { text } = payload;
  if (typeof text !== 'string' || text.trim() === '') return word(400, 'no_text');
  if (text.length > MOST) return word(400, 'msg_too_long');
  const tries = space.calls.filter(
    ({ server, method }) => server === 'slack' && method === `POST ${path}`,
  ).length;
  if (token === 'busy' && tries <= 1) return word(429, 'rate_limited', { 'retry-after': '1' });
  await space.holds.pass('slack', 'before', request.signal);
  if (!request.signal.aborted)
    space.act({ server: 'slack', tool: 'post', args: { token, text }, key: null }, () => '');
  await space.holds.pass('slack', 'after', request.signal);
  return word(200, 'ok');
}
