/**
 * Ours: the real app with all it does when a schedule comes due: receipt and run in the conversation's log, then a turn
 * with the stand-in for the model, the registry of the person, the projection to Postgres. Started and journalled is what
 * the conversation's own receipt says; done is when the run of it ended, as its ledger says.
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { App } from '#dev/start/app.ts';
import { Session } from '#shared/protocol/account.ts';
import { Run } from '#shared/protocol/run.ts';
import { Occurrence } from '#shared/protocol/schedule.ts';
import type { Start } from './figures.ts';
import { capMs, type How, type Load } from './loads.ts';
import { call } from '../lib/call.ts';

const password = 'correct horse battery';
/** Conversations of one person: within what one may ask in a minute, and ten schedules in each are all that one may have. */
const EACH_PERSON = 20;
const Made = z.object({ conversation: z.object({ id: z.string() }) });
const Schedule = z.object({ schedule: z.object({ id: z.string() }) });
const Receipts = z.object({ items: z.array(Occurrence) });
const Runs = z.object({ items: z.array(Run) });

interface Slot {
  token: string;
  conversationId: string;
  scheduleIds: string[];
}

/** In order, so many at once. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += atOnce)
    results.push(
      ...(await Promise.all(items.slice(at, at + atOnce).map((item, index) => run(item, at + index)))),
    );
  return results;
}

async function signUp(app: App): Promise<{ token: string; email: string }> {
  const email = `bench-${crypto.randomUUID()}@example.com`;
  const session = Session.parse(await call(app, '', 'POST', '/api/auth/sign-up', { email, password }));
  return { token: session.accessToken, email };
}

/** When the work of each due time was done. The runs of a conversation hold all of its due times, one or more each. */
async function endsOf(app: App, slots: readonly Slot[], each: number): Promise<Start[]> {
  const ends = await inTurn(slots, 16, async ({ token, conversationId }, at) => {
    const { items } = Runs.parse(
      await call(app, token, 'GET', `/api/conversations/${conversationId}/runs?limit=200`),
    );
    const last = items.map(({ endedAt }) => (endedAt === null ? Number.NaN : Date.parse(endedAt)));
    const end = last.length === 0 ? Number.NaN : Math.max(...last);
    return Array.from({ length: each }, (_each, index) => ({ id: at * each + index, at: end }));
  });
  return ends.flat().filter(({ at }) => !Number.isNaN(at));
}

export async function runOurs(
  app: App,
  load: Load,
  { sameProcess }: How,
): Promise<{ due: number[]; starts: Start[]; ends: Start[] }> {
  const count = Math.ceil(load.objects / EACH_PERSON);
  const people = await inTurn(Array.from({ length: count }), 4, () => signUp(app));
  const tokenOf = (at: number) => people[Math.floor(at / EACH_PERSON)]?.token ?? '';
  const conversations = await inTurn(Array.from({ length: load.objects }), 16, async (_each, at) => {
    const made = await call(app, tokenOf(at), 'POST', '/api/conversations', { title: `Bench ${at}` });
    return Made.parse(made).conversation.id;
  });
  // Making a schedule takes some milliseconds; all must stand before the first is due.
  const base = Date.now() + 15_000 + load.offsets.length * 20;
  const due = load.offsets.map((offset) => base + offset);
  const slots = await inTurn(conversations, 16, async (conversationId, at): Promise<Slot> => {
    const scheduleIds: string[] = [];
    for (let each = 0; each < load.each; each += 1) {
      const body = {
        at: new Date(due[at * load.each + each] ?? base).toISOString(),
        instruction: 'Say hello to the world',
        name: 'bench',
      };
      const path = `/api/conversations/${conversationId}/schedules`;
      scheduleIds.push(Schedule.parse(await call(app, tokenOf(at), 'POST', path, body)).schedule.id);
    }
    return { token: tokenOf(at), conversationId, scheduleIds };
  });
  // What comes due was scheduled in another life of the process; the garbage of making a thousand at once is none of it.
  if (!sameProcess) await app.killWorkerd();
  if (Date.now() > base) throw new Error('The schedules were not made in time.');
  const last = Math.max(...due);
  // Nothing is asked while it works: the figures are its own.
  await delay(last - Date.now() + (load.each === 1 ? 20_000 : capMs));
  const end = last + capMs;
  const known = new Map<number, Start[]>();
  for (;;) {
    const open = due.flatMap((_each, id) => (known.has(id) ? [] : [id]));
    await inTurn(open, 16, async (id) => {
      const slot = slots[Math.floor(id / load.each)];
      const scheduleId = slot?.scheduleIds[id % load.each];
      if (slot === undefined || scheduleId === undefined) return;
      const path = `/api/conversations/${slot.conversationId}/schedules/${scheduleId}/occurrences`;
      const { items } = Receipts.parse(await call(app, slot.token, 'GET', path));
      const ran = items.filter(({ status }) => status === 'ran' || status === 'late');
      const starts = ran.flatMap(({ startedAt }) =>
        startedAt === null ? [] : [{ id, at: Date.parse(startedAt) }],
      );
      if (starts.length > 0)
        known.set(
          id,
          starts.filter(({ at }) => at <= end),
        );
    });
    if (known.size === due.length || Date.now() >= end) break;
    await delay(5_000);
  }
  return { due, starts: [...known.values()].flat(), ends: await endsOf(app, slots, load.each) };
}
