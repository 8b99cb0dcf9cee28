/**
 * A burst of deliveries at a webhook while the process is killed (SIGKILL), sent as real senders do: what was not
 * answered is sent again with the same id. Nothing may be lost or taken twice, and no more runs made than are allowed.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { signAs } from '#shared/adapters/webhooks/verify.ts';
import { maxRunsPerHour } from '#shared/core/webhooks/hook-state.ts';
import { Run } from '#shared/protocol/run.ts';
import { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import { counted } from './tally.ts';
import type { Visitor } from './visitor.ts';

/** Senders at once. */
const SENDERS = 40;
/** How long everything may take to settle after the last answer. */
const SETTLE_MS = 60_000;

const Made = z.object({ webhook: Webhook, url: z.string(), secret: z.string() });

export interface BurstVerdict {
  sent: number;
  answered: number;
  /** Times that something was sent again because no answer came. */
  repeated: number;
  runs: number;
  /** Deliveries that wait because the hour has had its runs. */
  held: number;
  kills: number;
  sendMs: number;
  faults: string[];
}

/** One id until it is answered; what each answer said. */
async function deliver(
  target: { url: string; secret: string },
  id: string,
): Promise<{ answer: string; tries: number }> {
  const body = new TextEncoder().encode(JSON.stringify({ id, text: `delivery ${id}` }));
  for (let tries = 1; ; tries += 1) {
    const { secret, url } = target;
    const headers = await signAs('standard', { id, body, secret }, Date.now());
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    // An answer that is cut in its body did not come either.
    const answered = await fetch(url, init)
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => null);
    if (answered?.status === 202) return { answer: answered.text, tries };
    if (answered !== null && answered.status < 500 && answered.status !== 429)
      throw new Error(`a delivery was answered with ${answered.status}: ${answered.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (tries > 400) throw new Error('no answer after 400 tries');
  }
}

/** Pages of a list to its end. */
async function all<Item extends z.ZodMiniType>(visitor: Visitor, path: string, item: Item) {
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

/** @param count deliveries; one in twenty is sent twice */
export async function playBurst(visitor: Visitor, count: number, kills: number): Promise<BurstVerdict> {
  const conversationId = await visitor.talk();
  const path = `/api/conversations/${conversationId}`;
  const given = { name: 'Burst', scheme: 'standard', instruction: 'Say what came', whileBusy: 'merge' };
  const made = Made.parse(await visitor.call('POST', `${path}/webhooks`, given));
  const target = {
    url: `${visitor.app.url}${new URL(made.url).pathname}`,
    secret: made.secret,
  };
  const ids = Array.from({ length: count }, () => `msg-${randomUUID()}`);
  const queue = [...ids, ...ids.filter((_, index) => index % 20 === 0)];
  const answers = new Map<string, Set<string>>();
  const [startedAt, total] = [Date.now(), queue.length];
  let repeated = 0;
  let done = 0;
  let killed = 0;
  const send = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const { answer, tries } = await deliver(target, id);
      answers.set(id, (answers.get(id) ?? new Set()).add(answer));
      repeated += tries - 1;
      done += 1;
      // One sender sees to it that the process dies, the others go on meanwhile.
      if (killed < kills && done >= ((killed + 1) * total) / (kills + 1)) {
        killed += 1;
        await visitor.app.killWorkerd();
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  const sendMs = Date.now() - startedAt;

  const faults: string[] = [];
  const end = Date.now() + SETTLE_MS;
  // Quick turns use the runs of an hour up while the burst still goes on: what came after them waits, and says until when.
  let held = 0;
  const settled = async () => {
    const { items } = z
      .object({ items: z.array(Webhook) })
      .parse(await visitor.call('GET', `${path}/webhooks`));
    const [{ waiting = -1, heldUntil = null } = {}] = items;
    held = heldUntil === null ? 0 : waiting;
    return waiting === held && !(await visitor.conversation(conversationId)).working;
  };
  while (!(await settled())) {
    if (Date.now() > end) {
      faults.push('stuck: deliveries still wait for their run');
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const [deliveries, runs] = [
    await all(visitor, `${path}/webhooks/${made.webhook.id}/deliveries`, Delivery),
    (await all(visitor, `${path}/runs`, Run)).filter(({ trigger }) => trigger.type === 'webhook'),
  ];
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  const kept = new Set(deliveries.map(({ id }) => id));
  const told = [...answers.values()].map((each) => [...each]);
  faults.push(...counted('answers', answers.size, count));
  expect(
    told.every((each) => each.length === 1),
    'double: a repeat got another answer',
  );
  faults.push(
    ...counted('deliveries kept', deliveries.length, count),
    ...counted('ids kept', kept.size, count),
  );
  expect(
    told.every(([answer = '{}']) => {
      const { deliveryId }: { deliveryId?: string } = JSON.parse(answer);
      return deliveryId !== undefined && kept.has(deliveryId);
    }),
    'lost: an answer names a delivery that is not kept',
  );
  const taken = runs.reduce((sum, { trigger }) => sum + (trigger.source?.deliveries ?? 0), 0);
  faults.push(...counted(`deliveries in runs, and ${held} that wait for the next hour`, taken + held, count));
  expect(runs.length <= maxRunsPerHour, `${runs.length} runs`);
  expect(held === 0 || runs.length === maxRunsPerHour, 'deliveries are held although there are runs left');
  return { held, sent: total, answered: done, repeated, runs: runs.length, kills: killed, sendMs, faults };
}
