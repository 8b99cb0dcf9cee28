/** What is kept of the deliveries of a webhook when somebody sends without end. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { hooked } from '#test/workers/hooked.ts';
import { standIn } from '#test/workers/stand-in.ts';
import type { DeliveryStatus } from '#shared/protocol/webhook.ts';
import { conversation } from './client.ts';
import { migrations } from './migrations.ts';
import {
  keptBodies,
  keptIdle,
  keptTaken,
  pruneAtOnce,
  pruneDeliveries,
  pruneEvery,
} from './prune-deliveries.ts';
import { WebhookStore } from './webhook-store.ts';

const DAY = 24 * 60 * 60_000;
const NOW = Date.parse('2037-11-24T12:00:00Z');

beforeEach(() => standIn.hurry());

/** The webhook's tables, with what sends to it at a time. */
async function within(look: (sql: SqlStorage, webhookId: string, sender: Sender) => void) {
  const { talk, made } = await hooked();
  const webhookId = made.webhook.id;
  await runInDurableObject(conversation(env, talk.id), (_object, { storage }) =>
    look(storage.sql, webhookId, new Sender(storage, webhookId)),
  );
}

class Sender {
  readonly #storage: DurableObjectStorage;
  readonly #store: WebhookStore;
  readonly #webhookId: string;
  #sent = 0;

  constructor(storage: DurableObjectStorage, webhookId: string) {
    this.#storage = storage;
    this.#store = new WebhookStore(storage.sql);
    this.#webhookId = webhookId;
  }

  send(count: number, status: DeliveryStatus, at: number, batch: string | null = null): void {
    this.#storage.transactionSync(() => {
      for (let n = 0; n < count; n += 1) {
        this.#sent += 1;
        this.#store.keep(
          {
            id: `d${this.#sent}`,
            webhookId: this.#webhookId,
            dedupe: `id:${this.#sent}`,
            receivedAt: at,
            status,
            batch,
            contentType: 'text/plain'.repeat(100),
            headers: { 'user-agent': 'x' },
            body: new TextEncoder().encode('{}'),
            test: false,
            replayOf: null,
          },
          none,
        );
      }
    });
  }
}

const none: ReadonlySet<string> = new Set();
const counts = (sql: SqlStorage) =>
  Object.fromEntries(
    sql
      .exec<{ status: string; n: number }>('SELECT status, count(*) AS n FROM deliveries GROUP BY status')
      .toArray()
      .map(({ status, n }) => [status, n]),
  );
const one = (sql: SqlStorage, query: string) => Number(Object.values(sql.exec(query).one())[0]);

describe('of a flood that starts nothing', () => {
  it('the newest are kept, and what a run took in or waits for one stays', async () => {
    await within((sql, webhookId, sender) => {
      sender.send(10, 'accepted', NOW - 2 * DAY);
      sender.send(10, 'waiting', NOW - 40 * DAY);
      for (const status of ['filtered', 'ignored', 'paused'] as const) sender.send(keptIdle, status, NOW);
      const { accepted = 0, waiting = 0, ...idle } = counts(sql);
      expect([accepted, waiting]).toEqual([10, 10]);
      expect(idle['filtered']).toBeUndefined();
      const kept = Object.values(idle).reduce((sum, n) => sum + n, 0);
      expect(kept).toBeGreaterThanOrEqual(keptIdle);
      expect(kept).toBeLessThan(keptIdle + pruneEvery);
      // Known again as long as it is kept, and not after it.
      const store = new WebhookStore(sql);
      expect(store.known(webhookId, `id:${3 * keptIdle + 20}`)).not.toBeNull();
      expect(store.known(webhookId, 'id:21')).toBeNull();
      expect(store.known(webhookId, 'id:1')).not.toBeNull();
      const bodies = one(
        sql,
        "SELECT count(*) FROM deliveries WHERE body IS NOT NULL AND status != 'waiting'",
      );
      expect(bodies).toBeLessThan(keptBodies + pruneEvery);
      expect(one(sql, "SELECT count(*) FROM deliveries WHERE body IS NULL AND headers != '{}'")).toBe(0);
      expect(one(sql, 'SELECT max(length(content_type)) FROM deliveries')).toBe(300);
    });
  });

  it('what is read to make room does not grow with what is kept', async () => {
    await within((sql, webhookId, sender) => {
      sender.send(2_000, 'filtered', NOW);
      sender.send(2_000, 'accepted', NOW);
      const few = prunedReads(sql, webhookId);
      sender.send(2_000, 'filtered', NOW);
      sender.send(4_000, 'accepted', NOW);
      expect(prunedReads(sql, webhookId)).toBeLessThanOrEqual(few);
      expect(few).toBeLessThan(2 * pruneAtOnce + keptBodies + 50);
    });
  });
});

it('what a run took in stays as long as it is held, and costs nothing to look at; then it goes', async () => {
  await within((sql, webhookId, sender) => {
    const store = new WebhookStore(sql);
    const held = new Set(['a', 'b']);
    for (const batch of held) sender.send(1_000, 'waiting', NOW, batch);
    for (const batch of held) store.started(batch, batch);
    const bodies = () => one(sql, 'SELECT count(*) FROM deliveries WHERE body IS NOT NULL');
    expect(prunedReads(sql, webhookId, held)).toBeLessThan(10);
    expect(bodies()).toBe(2_000);
    expect(store.find('d1')?.body).not.toBeNull();
    held.delete('a');
    for (let times = 0; times < 10; times += 1)
      expect(prunedReads(sql, webhookId, held)).toBeLessThan(12 * pruneAtOnce);
    expect(bodies()).toBe(1_000 + keptBodies);
    expect(counts(sql)).toEqual({ accepted: 1_000, waiting: 1_000 });
    // Made again, it is held as before.
    store.started('a', 'again');
    expect(counts(sql)).toEqual({ waiting: 2_000 });
  });
});

/** Rows that one pruning reads. */
function prunedReads(sql: SqlStorage, webhookId: string, held = none): number {
  let reads = 0;
  const counting = {
    exec: <Row extends Record<string, SqlStorageValue>>(query: string, ...values: SqlStorageValue[]) => {
      const cursor = sql.exec<Row>(query, ...values);
      const rows = cursor.toArray();
      reads += cursor.rowsRead;
      return Object.assign(cursor, { toArray: () => rows });
    },
  };
  pruneDeliveries(counting, webhookId, { held, now: NOW });
  return reads;
}

it('what a run took in is known for a week, and no more of it than so many', async () => {
  await within((sql, webhookId, sender) => {
    sender.send(300, 'accepted', NOW - 8 * DAY);
    sender.send(300, 'accepted', NOW - 6 * DAY);
    sender.send(pruneEvery, 'accepted', NOW);
    const store = new WebhookStore(sql);
    expect(store.known(webhookId, 'id:1')).toBeNull();
    expect(store.known(webhookId, 'id:301')).not.toBeNull();
    // As if so many more had come meanwhile.
    sql.exec('UPDATE webhooks SET deliveries = deliveries + ?', keptTaken - 100);
    pruneDeliveries(sql, webhookId, { held: none, now: NOW });
    expect(counts(sql)).toEqual({ accepted: 100 });
  });
});

it('rows of before stand in the order in which they came', async () => {
  await within((sql, webhookId, sender) => {
    sender.send(3, 'filtered', NOW - 2);
    sender.send(2, 'accepted', NOW - 1);
    sender.send(2, 'paused', NOW);
    sender.send(1, 'waiting', NOW + 1);
    const order = () => sql.exec('SELECT id, nr FROM deliveries ORDER BY id').toArray();
    const before = order();
    for (const name of ['idle', 'taken', 'bodies']) sql.exec(`DROP INDEX deliveries_${name}`);
    sql.exec('DROP TABLE shown_secrets');
    sql.exec('ALTER TABLE webhooks DROP COLUMN idle; ALTER TABLE webhooks DROP COLUMN proved');
    sql.exec('ALTER TABLE deliveries DROP COLUMN nr');
    sql.exec(migrations.find(({ version }) => version === 6)?.sql ?? '');
    expect(order()).toEqual(before);
    expect(sql.exec('SELECT idle FROM webhooks WHERE id = ?', webhookId).one()).toEqual({ idle: 5 });
  });
});
