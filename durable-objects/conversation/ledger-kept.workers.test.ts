/** The ledger of a conversation that lives for years: what was removed goes in its time, runs and receipts have an end. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { removedKeptMs } from '#shared/protocol/schedule.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';
import { accepted, deliveries, hooked, named, send } from '#test/workers/hooked.ts';
import { beginAtNoon, NOON } from '#test/workers/noon.ts';
import { runsOf, scheduled } from '#test/workers/schedules.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';
import { migrations } from './migrations.ts';
import { ledgerAtOnce, makesRoom, pruneReceipts, pruneRuns } from './prune-ledger.ts';

const MINUTE = 60_000;
const Told = z.object({
  items: z.array(z.object({ reason: z.string() })),
  keptFrom: z.optional(z.string()),
  keptUntil: z.optional(z.string()),
});

beginAtNoon();

const within = <Result>({ id }: Talk, look: (sql: SqlStorage) => Result) =>
  runInDurableObject(conversation(env, id), (_object, { storage }) => look(storage.sql));
const count = (sql: SqlStorage, of: string) =>
  Number(Object.values(sql.exec(`SELECT count(*) FROM ${of}`).one())[0]);
const receipts = async (talk: Talk, id: string) =>
  Told.parse(await (await talk.call('GET', `/schedules/${id}/occurrences`)).json());

/** As many receipts as there can be, none of which goes with its neighbour. */
const manyReceipts = (sql: SqlStorage, id: string, many: number) =>
  sql.exec(
    `WITH RECURSIVE n(nr) AS (SELECT 1 UNION ALL SELECT nr + 1 FROM n WHERE nr < ?2)
     INSERT INTO receipts SELECT ?1, ?3 + nr * 60000, ?3 + nr * 60000, 1, 'skipped', 'was_busy', NULL, NULL FROM n`,
    id,
    many,
    NOON - 30 * 24 * 60 * MINUTE,
  );

it('keeps the receipts of a removed schedule for ninety days, and says until when and from when on', async () => {
  const talk = await Talk.begin(await newcomer());
  const { id } = await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' });
  await within(talk, (sql) => manyReceipts(sql, id, 2_000));
  await talk.call('DELETE', `/schedules/${id}`);
  const end = NOON + removedKeptMs;
  expect(await receipts(talk, id)).toMatchObject({ keptUntil: new Date(end).toISOString() });
  // No session lives so long.
  const later = async (now: number) => {
    vi.setSystemTime(now);
    const page = await conversation(env, talk.id).occurrences(talk.browser.user?.id ?? '', id, {});
    return Told.parse(page);
  };
  await evictDurableObject(conversation(env, talk.id));
  expect((await later(end - 1)).items.length).toBeGreaterThan(0);
  await evictDurableObject(conversation(env, talk.id));
  // Opened again, it lets go of them while others are answered.
  await later(end);
  await vi.waitFor(async () =>
    expect(await later(end)).toEqual({ items: [], keptFrom: new Date(NOON).toISOString() }),
  );
  expect(await within(talk, (sql) => [count(sql, 'receipts'), count(sql, 'removed')])).toEqual([0, 0]);
});

it('keeps the receipts of one that was removed when the same request comes again, which makes nothing', async () => {
  const talk = await Talk.begin(await newcomer());
  const body = { instruction: 'Say hello', cron: '0 8 * * *', timezone: 'UTC' };
  const make = () => named(talk, '/schedules', 'once', body);
  const Made = z.object({ schedule: z.object({ id: z.string() }) });
  const { id } = Made.parse(await (await make()).json()).schedule;
  await within(talk, (sql) => manyReceipts(sql, id, 3));
  await talk.call('DELETE', `/schedules/${id}`);
  expect(await problemOf(await make())).toEqual([410, 'gone']);
  expect(await within(talk, (sql) => count(sql, 'removed'))).toBe(1);
  // Of what was made before requests were kept nobody knows that it was asked for.
  await within(talk, (sql) => sql.exec("DELETE FROM accepted WHERE message_id LIKE 'schedule:%'"));
  expect(Made.parse(await (await make()).json()).schedule.id).toBe(id);
  expect(await within(talk, (sql) => count(sql, 'removed'))).toBe(0);
  expect((await receipts(talk, id)).keptUntil).toBeUndefined();
});

it('lets all go that arrived at a webhook which was removed, in pieces', async () => {
  const { talk, watcher, made } = await hooked({ scheme: 'url' });
  await accepted(await send(made.url, '{"n":1}'));
  await watcher.ended();
  await within(talk, (sql) =>
    sql.exec(
      `WITH RECURSIVE n(nr) AS (SELECT 1 UNION ALL SELECT nr + 1 FROM n WHERE nr < 1200)
       INSERT INTO deliveries (id, webhook_id, dedupe, received_at, status, size, headers, body, test)
       SELECT printf('00000000-0000-4000-8000-%012x', nr), ?, 'id:' || nr, nr, 'filtered', 2, '{}', x'7b7d', 0 FROM n`,
      made.webhook.id,
    ),
  );
  expect(await deliveries(talk, made)).toHaveLength(50);
  await talk.call('DELETE', `/webhooks/${made.webhook.id}`);
  expect(await problemOf(await send(made.url, '{"n":2}'))).toEqual([410, 'gone']);
  await vi.waitFor(async () =>
    expect(await within(talk, (sql) => [count(sql, 'deliveries'), count(sql, 'removed')])).toEqual([0, 0]),
  );
});

it('keeps so many runs, says from when on, and none of them goes that is not over', async () => {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const { id } = await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' });
  for (let n = 1; n <= 4; n += 1) {
    vi.setSystemTime(NOON + n * MINUTE);
    await named(talk, `/schedules/${id}/run`, `run ${n}`);
    await watcher.ended(n);
  }
  const [, , second, first] = await runsOf(talk);
  await within(talk, (sql) => {
    sql.exec(`UPDATE runs SET json = json_set(json, '$.status', 'waiting') WHERE id = ?`, first?.id ?? '');
    pruneRuns(sql, 2);
    pruneRuns(sql, 2);
    expect([count(sql, 'run_turns'), count(sql, "accepted WHERE message_id LIKE 'run:%'")]).toEqual([3, 3]);
  });
  const page = await (await talk.call('GET', '/runs')).json();
  const kept = z.object({ items: z.array(z.object({ id: z.string() })), keptFrom: z.string() }).parse(page);
  expect(kept.items.map((run) => run.id)).not.toContain(second?.id);
  expect(kept.items.map((run) => run.id)).toContain(first?.id);
  expect(kept.keptFrom).toBe(new Date(Date.parse(second?.startedAt ?? '') + 1).toISOString());
  expect((await talk.call('GET', `/runs/${second?.id}`)).status).toBe(404);
});

it('takes away a fixed number at once, and reads no more than that and what is kept', async () => {
  const talk = await Talk.begin(await newcomer());
  await within(talk, (sql) => {
    manyReceipts(sql, 'a', 1_000);
    pruneReceipts(sql, 'a', 100);
    expect(count(sql, 'receipts')).toBe(1_000 - ledgerAtOnce);
    for (let n = 0; n < 3; n += 1) pruneReceipts(sql, 'a', 100);
    expect(count(sql, 'receipts')).toBe(100);
    expect(count(sql, 'receipts_cleared')).toBe(1);
  });
});

it('makes room in its time whatever the interval', () => {
  for (let minutes = 1; minutes <= 4_000; minutes += 1)
    for (const phase of [1, 30]) {
      const first = NOON + phase * MINUTE;
      let n = 0;
      while (!makesRoom(first + n * minutes * MINUTE) && n < 100) n += 1;
      expect([minutes, n < 100]).toEqual([minutes, true]);
    }
});

it('knows receipts of before whose schedule is gone, and leaves those of the others', async () => {
  const talk = await Talk.begin(await newcomer());
  const { id } = await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' });
  await within(talk, (sql) => {
    for (const of of [id, 'gone', 'gone too']) manyReceipts(sql, of, 2);
    sql.exec('DROP TABLE removed; DROP TABLE runs_cleared');
    sql.exec(migrations.find(({ version }) => version === 9)?.sql ?? '');
    expect(sql.exec('SELECT id FROM removed ORDER BY id').toArray()).toEqual([
      { id: 'gone' },
      { id: 'gone too' },
    ]);
  });
});
