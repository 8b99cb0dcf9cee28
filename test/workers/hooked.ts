/** A conversation with a webhook, and what sends to it from outside. */
import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { signAs, type SignedScheme } from '#shared/adapters/webhooks/verify.ts';
import { Run } from '#shared/protocol/run.ts';
import { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import { newcomer, TestBrowser } from '#worker/test-browser.ts';
import { Talk } from './talk.ts';

export const Made = z.object({ webhook: Webhook, url: z.string(), secret: z.string() });
export type Made = z.infer<typeof Made>;
const Accepted = z.object({ deliveryId: z.string(), runId: z.nullable(z.string()) });

export async function hooked(body: Record<string, unknown> = {}) {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  // Slack and Stripe make the secret themselves.
  const theirs = { secret: '8f742231b10e8888abcd99yyyzzz85a5' };
  const secret = body['scheme'] === 'slack' || body['scheme'] === 'stripe' ? theirs : {};
  const given = { name: 'News', scheme: 'standard', instruction: 'Say what came', ...secret, ...body };
  const response = await talk.call('POST', '/webhooks', given);
  expect(response.status).toBe(201);
  return { talk, watcher, made: Made.parse(await response.json()) };
}

const outside = new TestBrowser();

/** Sends as the outside does. */
export const send = (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  outside.call('POST', new URL(url).pathname, {
    raw: body,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Signed with the webhook's secret, as its scheme has it. */
export async function signed({ url, secret, webhook }: Made, body: string, id: string = uuidv7()) {
  const { scheme } = webhook;
  if (scheme === 'url') return send(url, body, { 'idempotency-key': id });
  const bytes = new TextEncoder().encode(body);
  return send(url, body, await signAs(scheme as SignedScheme, { id, body: bytes, secret }, Date.now()));
}

export const accepted = async (response: Response) => {
  expect(response.status).toBe(202);
  return Accepted.parse(await response.json());
};
export const pageOf = async <Item extends z.ZodMiniType>(talk: Talk, path: string, item: Item) =>
  z.object({ items: z.array(item) }).parse(await (await talk.call('GET', path)).json()).items;
export const runs = (talk: Talk) => pageOf(talk, '/runs', Run);
export const deliveries = (talk: Talk, { webhook }: Made) =>
  pageOf(talk, `/webhooks/${webhook.id}/deliveries`, Delivery);

/** A POST whose act has a name. */
export const named = (talk: Talk, path: string, key: string, body?: unknown) =>
  talk.browser.call('POST', `/api/conversations/${talk.id}${path}`, {
    headers: { 'idempotency-key': key },
    ...(body === undefined ? {} : { body }),
  });
