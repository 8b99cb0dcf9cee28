/**
 * The end of an account. From the first step on nobody can act as its user; then everything it owns is removed, step by
 * step and each until acknowledged: the account in Neon, each conversation with its object, the projections, and at
 * last this object itself. What remains is a line in Neon that says how much was removed, and of nobody.
 */
import { conversation } from '#durable-objects/conversation/client.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { removeBlobs } from '#durable-objects/files/client.ts';
import { records } from '#durable-objects/records/client.ts';
import { log } from '#durable-objects/lib/log.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { beginDeletion, finishDeletion } from '#shared/adapters/db/deletion.ts';
import type { Access } from './access.ts';
import { DeletionStore } from './deletion-store.ts';
import type { Daily } from './daily.ts';
import type { Mails } from './mails.ts';
import type { World } from './world.ts';

/** Doors may take a session for good this long after it ended; what they let in until then must still find us here. */
const DOORS_MS = 2_000;
/** How long the last mail is tried; then the account goes without it. */
const GOODBYE_MS = 60 * 60_000;
/** Conversations that are removed at the same time. */
const AT_ONCE = 10;

/** Not everything is gone yet: to be tried again. */
class NotYet extends Error {
  override readonly name = 'NotYet';
}

export class Deletion {
  readonly #world: World;
  readonly #mails: Mails;
  readonly #access: Access;
  readonly #daily: Daily;
  readonly #store: DeletionStore;
  readonly #onGone: () => void;

  /** @param onGone called when nothing is left: the object answers like one that never was from then on */
  constructor(world: World, parts: { mails: Mails; access: Access; daily: Daily }, onGone: () => void) {
    this.#onGone = onGone;
    this.#world = world;
    this.#mails = parts.mails;
    this.#access = parts.access;
    this.#daily = parts.daily;
    this.#store = new DeletionStore(world.ctx.storage.sql);
  }

  /** Whether it has begun; the id of the line that will remain. */
  begun(): string | null {
    return this.#store.read()?.id ?? null;
  }

  /** Begins. Begun already, the same id as then. */
  begin(id: string): string {
    const { commit, stores, now, owe } = this.#world;
    const user = this.#world.user();
    const known = this.begun();
    if (known !== null || !user) return known ?? id;
    commit(() => {
      const sessions = this.#access.endSessions(null);
      const apiKeys = this.#access.endKeys();
      stores.mails.clear();
      this.#mails.notice(user, { kind: 'account_deleted' }, { forMs: GOODBYE_MS });
      const owned = this.#store.owned();
      this.#store.begin(id, now(), { sessions, apiKeys, ...owned, conversations: this.#store.leftOver() });
      owe('deletion');
    });
    log.info('deletion_begun', { userId: user.id });
    return id;
  }

  /** Goes on until nothing is left. Throws when something could not be done now. */
  async drain(): Promise<void> {
    const { stores, env, now, ctx } = this.#world;
    const user = stores.profiles.read();
    const deletion = this.#store.read();
    if (!user || !deletion) return;
    const database = connect(env.DATABASE_URL);
    const line = { id: deletion.id, userId: user.id };
    await beginDeletion(database, { ...line, startedAt: new Date(deletion.startedAt) });
    const rowGoneAt = this.#store.rowGone(now());
    await this.#removeRuns(user.id);
    await this.#removeConversations(user.id);
    await this.#mails.deliver();
    if (stores.mails.nextDue() !== null) throw new NotYet('mail');
    if (stores.watches.endings().length > 0) throw new NotYet('endings');
    // A line under way would reach the database after all others of this account are gone.
    for (const type of ['audit', 'timer', 'retire'] as const)
      if (this.#world.isDelivering(type)) throw new NotYet(type);
    if (now() < rowGoneAt + DOORS_MS) throw new NotYet('doors');
    if (this.#store.leftOver() > 0) throw new NotYet('conversations');
    await records(env, user.id).erase();
    await removeBlobs(env, user.id);
    const removed = this.#store.read()?.removed ?? {};
    await finishDeletion(database, { ...line, finishedAt: new Date(now()), removed });
    log.info('deletion_done', { userId: user.id, count: removed['conversations'] ?? 0 });
    this.#onGone();
    try {
      // Together: with the alarm gone and the rest still there, nothing would ever come back to it.
      await Promise.all([ctx.storage.deleteAlarm(), ctx.storage.deleteAll()]);
    } catch (error) {
      log.error('deletion_failed', { error });
      ctx.abort('the deletion could not be written');
    }
  }

  /** Daily runs first: they would make conversations. */
  async #removeRuns(ownerId: string): Promise<void> {
    // One that is being begun is not there yet, and would be afterwards.
    if (this.#daily.isOpening()) throw new NotYet('opening');
    for (const id of this.#daily.ids()) {
      const { gone } = await dailyRun(this.#world.env, id).erase(ownerId);
      if (!gone) throw new NotYet('daily_runs');
      this.#daily.gone(id);
    }
  }

  /** Every object that the registry ever named, also those whose own deletion is not through yet. */
  async #removeConversations(ownerId: string): Promise<void> {
    this.#store.collect();
    for (;;) {
      const ids = this.#store.next(AT_ONCE);
      if (ids.length === 0) return;
      const gone = await Promise.all(
        ids.map(async (id) => {
          const erased = await conversation(this.#world.env, id).erase(ownerId);
          if (erased.gone) this.#world.commit(() => this.#store.gone(id));
          return erased.gone;
        }),
      );
      if (gone.includes(false)) throw new NotYet('conversations');
    }
  }
}
