/**
 * Neon cannot be reached for a while: the front of the local database closes its port. Meanwhile schedules come due, a
 * webhook delivers twice, people talk, rename and delete. Then it can be reached again, and every row of the projection
 * has to be what the objects answer over HTTP.
 */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { Occurrence } from '#shared/protocol/schedule.ts';
import { deliveriesOf, makeHooked, post, runsOf, settled } from './hook-sender.ts';
import { differences, projectedOf, type Tables, toldOf } from './projected.ts';
import { counted } from './tally.ts';
import type { Visitor } from './visitor.ts';

/** When the schedules come due, as parts of the time that it is away. */
const LAST_DUE = 0.8;
const DUE_PARTS = [0.1, 0.2, 0.3, 0.4, LAST_DUE];
/** Until when everything must be there: the wait between two tries of the outbox grows to a minute at most. */
const BACK_MS = 90_000;

const instruction = 'Say hello to the world';
const Health = z.object({ checks: z.object({ database: z.string() }) });
const Me = z.object({ user: z.object({ id: z.string() }) });
const Started = z.object({ runId: z.string() });
const Receipts = z.object({ items: z.array(Occurrence) });
const Made = z.object({ schedule: z.object({ id: z.string() }) });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it holds; whether it did in time. Not oftener than a person may ask: to compare takes a dozen calls. */
async function holds(withinMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + withinMs; ;) {
    if (await condition()) return true;
    if (Date.now() > end) return false;
    await pause(1_500);
  }
}

export interface AwayVerdict {
  point: string;
  /** Milliseconds from the database being there again until every row was right. */
  resumedMs: number;
  faults: string[];
  /** Rows that were compared, by table. */
  rows: Record<string, number>;
}

class Away {
  #visitor: Visitor;
  readonly #ownerId: string;

  constructor(visitor: Visitor, ownerId: string) {
    this.#visitor = visitor;
    this.#ownerId = ownerId;
  }

  rows = (): Promise<Tables> => projectedOf(this.#visitor.app.databaseUrlUnpooled, this.#ownerId);

  compare = async (): Promise<string[]> =>
    differences(await this.rows(), await toldOf(this.#visitor, this.#ownerId));

  /** Makes the database unreachable, or reachable, and waits until the Worker finds it so. */
  async reachable(is: boolean): Promise<boolean> {
    const { app } = this.#visitor;
    app.setDatabaseReachable(is);
    return await holds(10_000, async () => {
      const { checks } = Health.parse(await (await fetch(`${app.url}/api/health`)).json());
      return (checks.database === 'ok') === is;
    });
  }

  /** Signs in anew. */
  async again(): Promise<void> {
    this.#visitor = await this.#visitor.again();
  }

  async say(id: string, text: string): Promise<void> {
    await this.#visitor.call('POST', `/api/conversations/${id}/messages`, { text });
  }

  ended = (id: string, turns: number) =>
    this.#visitor.until(
      id,
      ({ events }) => events.filter(({ type }) => type === 'turn_ended').length >= turns,
    );

  async schedule(id: string, rule: object): Promise<string> {
    const made = await this.#visitor.call('POST', `/api/conversations/${id}/schedules`, {
      ...rule,
      instruction,
    });
    return Made.parse(made).schedule.id;
  }
}

/** One absence from beginning to end, of `awayMs` at least: long enough for several tries of each report to fail. */
export async function playAway(visitor: Visitor, awayMs: number): Promise<AwayVerdict> {
  const faults: string[] = [];
  const expect = (is: boolean, fault: string) => {
    if (!is) faults.push(fault);
  };
  const { id: ownerId } = Me.parse(await visitor.call('GET', '/api/me')).user;
  const away = new Away(visitor, ownerId);
  // There before it goes: one to talk in, one with schedules, one that is deleted, one with a webhook.
  const [talk, work, removed] = [await visitor.talk(), await visitor.talk(), await visitor.talk()];
  for (const id of [talk, removed]) await away.say(id, 'hello');
  for (const id of [talk, removed]) await away.ended(id, 1);
  const idle = await away.schedule(work, { every: 3_600 });
  const dropped = await away.schedule(work, { cron: '0 8 * * *' });
  const hooked = await makeHooked(visitor, instruction);
  expect(
    await holds(30_000, async () => (await away.compare()).length === 0),
    `before it went away: ${(await away.compare()).join('; ')}`,
  );

  if (!(await away.reachable(false))) throw new Error('the database could be reached all the time');
  const before = await away.rows();
  const wentAt = Date.now();
  const due: string[] = [];
  for (const part of DUE_PARTS)
    due.push(await away.schedule(work, { at: new Date(wentAt + part * awayMs).toISOString() }));
  const path = `/api/conversations/${work}/schedules`;
  Started.parse(await visitor.call('POST', `${path}/${idle}/run`));
  await visitor.call('PATCH', `${path}/${idle}`, { paused: true });
  await visitor.call('DELETE', `${path}/${dropped}`);
  const answers = await Promise.all([post(hooked, 'one'), post(hooked, 'one')]);
  expect(
    answers.every((answer) => answer?.status === 202 && answer.text === answers[0]?.text),
    `a delivery that came twice was answered with ${JSON.stringify(answers)}`,
  );
  const made = await visitor.talk();
  for (const id of [talk, made]) await away.say(id, 'hello again');
  await visitor.call('PATCH', `/api/conversations/${talk}`, { title: 'While it was away' });
  await visitor.call('DELETE', `/api/conversations/${removed}`);
  await away.ended(talk, 2);
  await away.ended(made, 1);
  // Before the token ends in a long absence: a new one needs the database.
  await pause(Math.max(0, wentAt + LAST_DUE * awayMs - Date.now()));
  await away.ended(work, 1 + DUE_PARTS.length);
  expect(await settled(visitor, hooked, 30_000), 'stuck: the delivery waits');
  for (const id of due) {
    const { items } = Receipts.parse(await visitor.call('GET', `${path}/${id}/occurrences`));
    expect(items.length === 1 && items[0]?.status === 'ran', `lost: a due time: ${JSON.stringify(items)}`);
  }
  faults.push(...counted('deliveries', (await deliveriesOf(visitor, hooked)).length, 1));
  faults.push(...counted('runs of the webhook', (await runsOf(visitor, hooked)).length, 1));
  await pause(Math.max(0, wentAt + awayMs - Date.now()));
  // Nothing of all that can have reached it: else this would have tried nothing.
  expect(isDeepStrictEqual(await away.rows(), before), 'the database was written while it was away');

  if (!(await away.reachable(true))) faults.push('stuck: the database is not found again');
  const backAt = Date.now();
  await away.again();
  let differ: string[] = [];
  await holds(BACK_MS, async () => (differ = await away.compare()).length === 0);
  faults.push(...differ);
  const rows = Object.fromEntries(Object.entries(await away.rows()).map(([name, all]) => [name, all.size]));
  return {
    point: `away for ${Math.round((backAt - wentAt) / 1_000)} s`,
    resumedMs: Date.now() - backAt,
    faults,
    rows,
  };
}
