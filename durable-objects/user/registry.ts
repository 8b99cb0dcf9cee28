/** The user's conversations as they report themselves, and the open pages that hear of them. */
import { clock } from '#durable-objects/lib/clock.ts';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import type { Account } from './account.ts';
import type { Done, ListQuery, NotCreated, RegistryEntry, SummaryPage } from './client.ts';
import { broadcast } from './sockets.ts';

const NOT_CREATED: NotCreated = { ok: false, code: 'not_found' };

export class Registry {
  readonly #ctx: DurableObjectState;
  readonly #account: Account;

  constructor(ctx: DurableObjectState, account: Account) {
    this.#ctx = ctx;
    this.#account = account;
  }

  /** Takes in what a conversation reports of itself, and tells the open pages. */
  put(entry: RegistryEntry): Done | { ok: false; code: 'gone' } {
    if (!this.#account.created) return NOT_CREATED;
    const { registry, places } = this.#account.stores;
    if (!this.#account.user() || registry.isRemoved(entry.id)) return { ok: false, code: 'gone' };
    const put = this.#ctx.storage.transactionSync(() => {
      const isNew = registry.put(entry);
      if (isNew && entry.scheduleIds !== undefined) places.reported(entry.id, entry.scheduleIds);
      return isNew;
    });
    if (put) {
      this.#tell(entry.id);
      const open = entry.questions.map((question) => question.id);
      this.#account.desk.notifications.settle(entry.id, registry.readSeq(entry.id), open);
    }
    return { ok: true };
  }

  /** Forgets a conversation; a report that comes late does not bring it back. */
  remove(id: string): Done {
    if (!this.#account.created) return NOT_CREATED;
    const { registry, places } = this.#account.stores;
    const removed = this.#ctx.storage.transactionSync(() => {
      places.forget(id);
      return registry.remove(id, clock.now());
    });
    if (removed) broadcast(this.#ctx, { removed: { id } });
    if (removed) this.#account.desk.notifications.forget(id);
    return { ok: true };
  }

  /** Newest first; null when the cursor is none of ours. */
  list(query: ListQuery): SummaryPage | null {
    if (!this.#account.user()) return { items: [], nextCursor: null };
    return this.#account.stores.registry.list(query);
  }

  summary(id: string): ConversationSummary | null {
    return this.#account.user() ? this.#account.stores.registry.summary(id) : null;
  }

  /** Everything up to `seq` was seen, on whichever page. */
  markRead(id: string, seq: number): Done {
    if (!this.summary(id)) return NOT_CREATED;
    if (this.#account.stores.registry.markRead(id, seq)) this.#tell(id);
    this.#settle(id);
    return { ok: true };
  }

  /** What was seen in the conversation, or is no longer asked there, is read in the list of notifications too. */
  #settle(id: string): void {
    const { registry } = this.#account.stores;
    const open = registry.summary(id)?.questions.map((question) => question.id) ?? [];
    this.#account.desk.notifications.settle(id, registry.readSeq(id), open);
  }

  #tell(id: string): void {
    if (this.#ctx.getWebSockets().length === 0) return;
    const summary = this.#account.stores.registry.summary(id);
    if (summary) broadcast(this.#ctx, { conversation: summary });
  }
}
