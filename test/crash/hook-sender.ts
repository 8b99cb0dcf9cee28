/** What sends to a webhook of a conversation, as real senders do, and reads what became of it. */
import * as z from 'zod/mini';
import { signAs } from '#shared/adapters/webhooks/verify.ts';
import { Run } from '#shared/protocol/run.ts';
import { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import type { Visitor } from './visitor.ts';

/** Tries until a delivery counts as never answered. */
const MOST_TRIES = 400;

const Made = z.object({ webhook: Webhook, url: z.string(), secret: z.string() });

/** A webhook, and how to send to it and look after it. */
export interface Hooked {
  conversationId: string;
  webhookId: string;
  /** Where the API has it and its conversation. */
  path: string;
  url: string;
  secret: string;
}

/** What one try was answered. */
export interface Answer {
  status: number;
  text: string;
}

/** A webhook that signs by Standard Webhooks, in a conversation of its own. */
export async function makeHooked(visitor: Visitor, instruction: string): Promise<Hooked> {
  const conversationId = await visitor.talk();
  const path = `/api/conversations/${conversationId}`;
  const given = { name: 'Burst', scheme: 'standard', instruction, whileBusy: 'merge' };
  const made = Made.parse(await visitor.call('POST', `${path}/webhooks`, given));
  const url = `${visitor.app.url}${new URL(made.url).pathname}`;
  return { conversationId, webhookId: made.webhook.id, path, url, secret: made.secret };
}

/** One try; null when no whole answer came. An answer that is cut in its body did not come either. */
export async function post({ url, secret }: Hooked, id: string): Promise<Answer | null> {
  const body = new TextEncoder().encode(JSON.stringify({ id, text: `delivery ${id}` }));
  const headers = await signAs('standard', { id, body, secret }, Date.now());
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  return fetch(url, init)
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => null);
}

/** The same id until it is taken. */
export async function deliver(hooked: Hooked, id: string): Promise<{ answer: string; tries: number }> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const answered = await post(hooked, id);
    if (answered?.status === 202) return { answer: answered.text, tries };
    if (answered !== null && answered.status < 500 && answered.status !== 429)
      throw new Error(`a delivery was answered with ${answered.status}: ${answered.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no answer after ${MOST_TRIES} tries`);
}

/** Pages of a list to its end. */
export async function all<Item extends z.ZodMiniType>(visitor: Visitor, path: string, item: Item) {
  const Page = z.object({ items: z.array(item), nextCursor: z.nullable(z.string()) });
  const items: Array<z.infer<Item>> = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '?limit=200' : `?limit=200&cursor=${cursor}`;
    const page = Page.parse(await visitor.call('GET', `${path}${query}`));
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

export const deliveriesOf = (visitor: Visitor, { path, webhookId }: Hooked): Promise<Delivery[]> =>
  all(visitor, `${path}/webhooks/${webhookId}/deliveries`, Delivery);

/** Runs that the webhook started, the first one first. */
export const runsOf = async (visitor: Visitor, { path }: Hooked): Promise<Run[]> =>
  (await all(visitor, `${path}/runs`, Run))
    .filter(({ trigger }) => trigger.type === 'webhook')
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));

/** Waits until nothing waits and nothing runs; whether that came about in time. */
export async function settled(visitor: Visitor, hooked: Hooked, withinMs: number): Promise<boolean> {
  const Hooks = z.object({ items: z.array(Webhook) });
  for (const end = Date.now() + withinMs; ;) {
    const { items } = Hooks.parse(await visitor.call('GET', `${hooked.path}/webhooks`));
    const isQuiet = items[0]?.waiting === 0 && !(await visitor.conversation(hooked.conversationId)).working;
    if (isQuiet || Date.now() > end) return isQuiet;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
