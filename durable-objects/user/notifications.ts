/** What the user is told of: each notice once, to every open page, and kept in a list. */
import { isLoud, type Notice } from '#shared/core/notify/notices.ts';
import { wallAt } from '#shared/core/schedule/wall-clock.ts';
import type { Notification, NotificationSettings, ReadNotifications } from '#shared/protocol/notification.ts';
import { NotificationStore } from './notification-store.ts';
import { broadcast } from './sockets.ts';
import type { World } from './world.ts';

const DAY_MINUTES = 24 * 60;

export class Notifications {
  readonly #world: World;
  readonly #store: NotificationStore;

  constructor(world: World) {
    this.#world = world;
    this.#store = new NotificationStore(world.ctx.storage.sql);
  }

  /** Takes in notices of a conversation. Those that were told before are told no more. */
  take(notices: ReadonlyArray<Notice>): void {
    const user = this.#world.user();
    if (user === null) return;
    const settings = this.#store.settings();
    const { registry } = this.#world.stores;
    const told: Notification[] = [];
    this.#world.commit(() => {
      for (const notice of notices) {
        if (registry.isRemoved(notice.conversationId)) continue;
        const minute = Math.floor(wallAt(user.timezone, notice.at) / 60_000) % DAY_MINUTES;
        const added = this.#store.add(notice, isLoud(notice.kind, settings, minute));
        if (added !== null) told.push(added);
      }
    });
    const unread = this.#store.unread();
    for (const notification of told) broadcast(this.#world.ctx, { notification, unread });
  }

  list(query: { cursor?: string; limit?: number }) {
    const page = this.#store.page(query);
    return page === null ? null : { ...page, unread: this.#store.unread() };
  }

  unread(): number {
    return this.#store.unread();
  }

  read(which: ReadNotifications): number {
    const ids = which.all ? null : (which.ids ?? []);
    this.#tellRead(this.#store.read(ids, this.#world.now()));
    return this.#store.unread();
  }

  /** The conversation was looked at up to `readSeq`, or its questions changed. */
  settle(conversationId: string, readSeq: number, open: ReadonlyArray<string>): void {
    this.#tellRead(this.#store.settle(conversationId, readSeq, open, this.#world.now()));
  }

  forget(conversationId: string): void {
    if (this.#store.forget(conversationId)) this.#tellUnread([]);
  }

  settings(): NotificationSettings {
    return this.#store.settings();
  }

  setSettings(settings: NotificationSettings): NotificationSettings {
    this.#store.setSettings(settings);
    return this.#store.settings();
  }

  #tellRead(ids: string[]): void {
    if (ids.length > 0) this.#tellUnread(ids);
  }

  #tellUnread(ids: string[]): void {
    broadcast(this.#world.ctx, { notificationsRead: { unread: this.#store.unread(), ids } });
  }
}
