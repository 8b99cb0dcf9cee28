/** The remote methods about what a user's conversations work with. `UserDO` has them beside its own. */
import { DurableObject } from 'cloudflare:workers';
import { clock } from '#durable-objects/lib/clock.ts';
import type { PlaceClaim } from '#shared/core/schedule/places.ts';
import type { McpFaultCode, McpListing } from '#shared/core/tools/mcp.ts';
import type {
  CreateConnection,
  UpdateConnection,
  UpdateTools,
} from '#shared/protocol/connection-requests.ts';
import type { AuditEntry } from '#shared/protocol/security.ts';
import type { AuditLine } from './client.ts';
import type { Notice } from '#shared/core/notify/notices.ts';
import type { NotificationSettings, ReadNotifications } from '#shared/protocol/notification.ts';
import { usualSettings } from '#shared/core/notify/notices.ts';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import type { Account } from './account.ts';
import type { Device, EffectRecord, NewMemory, NewRule, StoredFile } from './client.ts';

interface Paging {
  cursor?: string;
  limit?: number;
  conversationId?: string;
}

const gone = { ok: false as const, code: 'not_found' as const };

export abstract class UserDesk extends DurableObject<Env> {
  protected abstract readonly account: Account;

  // The activity log.
  record(line: AuditLine): void {
    this.account.note(line);
  }
  /** Null when the cursor is none of ours. */
  audit(query: {
    cursor?: string;
    limit?: number;
  }): { items: AuditEntry[]; nextCursor: string | null } | null {
    return this.account.user() ? this.account.stores.audit.list(query) : { items: [], nextCursor: null };
  }
  markAuditSeen(): void {
    if (this.account.user()) this.account.stores.audit.markSeen();
  }

  get #desk() {
    return this.account.user() === null ? null : this.account.desk;
  }

  // For conversations.
  async kit() {
    return (await this.#desk?.kit()) ?? null;
  }
  /** Claims a place for a schedule before it is made, and tells the zone that its owner is in. */
  claimSchedule(claim: PlaceClaim): { ok: boolean; timezone: string } {
    const user = this.account.user();
    const { registry, places } = this.account.stores;
    // What is made in a conversation that is gone, nobody counts or keeps.
    if (user === null || registry.isRemoved(claim.conversationId))
      return { ok: true, timezone: user?.timezone ?? 'UTC' };
    return { ok: places.claim(claim, clock.now()), timezone: user.timezone };
  }
  releaseSchedule(conversationId: string, scheduleId: string): void {
    if (this.account.user() !== null) this.account.stores.places.release(conversationId, scheduleId);
  }
  spendRule(ruleId: string, callId: string): boolean {
    return this.#desk?.rules.spend(ruleId, callId) ?? false;
  }
  addRule(rule: NewRule) {
    return this.#desk?.rules.add(rule) ?? gone;
  }
  reportListing(connectionId: string, listing: McpListing): void {
    this.#desk?.connections.takeIn(connectionId, listing);
  }
  reportFault(connectionId: string, code: McpFaultCode, sealed: string | null): void {
    this.#desk?.connections.takeFault(connectionId, code, sealed);
  }
  recordEffects(lines: ReadonlyArray<EffectRecord>): void {
    this.#desk?.effects.record(lines);
  }
  remember(memory: NewMemory) {
    return this.#desk?.memories.remember(memory) ?? gone;
  }
  recall(query: string | null) {
    return this.#desk?.memories.recall(query) ?? [];
  }
  addFile(file: StoredFile) {
    const { conversationId } = file;
    // A call that was under way when its conversation was deleted leaves nothing.
    const desk = this.#desk;
    // Without an account there are no tables to look into.
    if (desk === null) return gone;
    const late = conversationId !== null && this.account.stores.registry.isRemoved(conversationId);
    return late ? gone : desk.files.add(file);
  }
  attachFile(id: string, conversationId: string) {
    return this.#desk?.files.attach(id, conversationId) ?? null;
  }
  filesMadeIn(conversationId: string): string[] {
    return this.#desk?.files.madeIn(conversationId) ?? [];
  }
  removeFiles(ids: string[]): void {
    this.#desk?.files.removeAll(ids);
  }
  file(id: string) {
    return this.#desk?.files.get(id) ?? null;
  }
  filesOf(query: Paging) {
    return this.#desk ? this.#desk.files.list(query) : { items: [], nextCursor: null };
  }
  removeFile(id: string) {
    return this.#desk?.files.remove(id) ?? null;
  }
  remindQuestion(conversationId: string, questionId: string, title: string | null, sentence: string): void {
    if (this.#desk) this.account.remind(conversationId, questionId, title, sentence);
  }

  notify(notices: ReadonlyArray<Notice>): void {
    this.#desk?.notifications.take(notices);
  }

  // For pages.
  notifications(query: Paging) {
    return this.#desk ? this.#desk.notifications.list(query) : { items: [], nextCursor: null, unread: 0 };
  }
  readNotifications(which: ReadNotifications): number {
    return this.#desk?.notifications.read(which) ?? 0;
  }
  notificationSettings(): NotificationSettings {
    return this.#desk?.notifications.settings() ?? usualSettings;
  }
  setNotificationSettings(settings: NotificationSettings): NotificationSettings {
    return this.#desk?.notifications.setSettings(settings) ?? usualSettings;
  }
  async connections() {
    await this.#desk?.connections.ensureDemos();
    return this.#desk?.connections.list() ?? [];
  }
  connectionCatalog() {
    return this.#desk?.connections.catalog() ?? [];
  }
  createConnection(made: CreateConnection, device: Device) {
    return this.#desk?.connections.create(made, device) ?? gone;
  }
  updateConnection(id: string, change: UpdateConnection, device: Device) {
    return this.#desk?.connections.update(id, change, device) ?? gone;
  }
  removeConnection(id: string, device: Device): boolean {
    return this.#desk?.connections.remove(id, device) ?? false;
  }
  checkConnection(id: string) {
    return this.#desk?.connections.check(id) ?? gone;
  }
  tools() {
    return this.#desk?.tools() ?? [];
  }
  updateTools(change: UpdateTools, device: Device) {
    return this.#desk?.updateTools(change, device) ?? gone;
  }
  rules() {
    return this.#desk?.rules.list() ?? [];
  }
  removeRule(id: string, device: Device | null = null): boolean {
    return this.#desk?.rules.remove(id, device) ?? false;
  }
  effects(query: Paging) {
    return this.#desk ? this.#desk.effects.list(query) : { items: [], nextCursor: null };
  }
  memories() {
    return this.#desk?.memories.list() ?? [];
  }
  updateMemory(id: string, text: string) {
    return this.#desk?.memories.update(id, text) ?? null;
  }
  removeMemory(id: string): boolean {
    return this.#desk?.memories.remove(id) ?? false;
  }
  clearMemory(): void {
    this.#desk?.memories.clear();
  }
  /** Which conversations the calendar of a window asks, and the person's zone. */
  calendarPlan(from: number, to: number, limit: number) {
    const user = this.account.user();
    if (user === null) return null;
    return { zone: user.timezone, ...this.account.stores.registry.byItselfWithin(from, to, limit) };
  }
  inbox(): InboxItem[] {
    return this.account.user() === null ? [] : this.account.stores.registry.inbox();
  }
}
