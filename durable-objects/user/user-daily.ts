/** The remote methods about a user's daily runs, and the channels that their reports go to. `UserDO` has them beside its own. */
import type { DailyRunSummary, DailySettings, DailyTask } from '#shared/protocol/daily.ts';
import type { StartDailyRun } from '#shared/protocol/daily-requests.ts';
import type { CreateChannel, UpdateChannel } from '#shared/protocol/channel.ts';
import type { Outgoing } from './channels.ts';
import { UserDesk } from './user-desk.ts';

const gone = { ok: false as const, code: 'not_found' as const };

export abstract class UserDaily extends UserDesk {
  get #daily() {
    return this.account.user() === null ? null : this.account.daily;
  }

  get #channels() {
    return this.account.user() === null ? null : this.account.channels;
  }

  // For pages.
  dailySettings() {
    return this.#daily?.settings() ?? null;
  }
  setDailySettings(settings: DailySettings) {
    return this.#daily?.set(settings) ?? gone;
  }
  startDailyRun(id: string, given: StartDailyRun) {
    return this.#daily?.start(id, given) ?? gone;
  }
  dailyRuns(query: { cursor?: string; limit?: number }) {
    return this.#daily ? this.#daily.runs(query) : { items: [], nextCursor: null };
  }
  /** How runs and the delivery of their reports went since then, in milliseconds. */
  dailyNumbers(since: number) {
    const [daily, channels] = [this.#daily, this.#channels];
    return daily && channels && { ...daily.overSince(since), ...channels.reportsSince(since) };
  }
  carryDailyTask(task: DailyTask) {
    return this.#daily?.carry(task) ?? gone;
  }

  channels() {
    return this.#channels?.list() ?? [];
  }
  createChannel(id: string, made: CreateChannel) {
    return this.#channels?.create(id, made) ?? gone;
  }
  updateChannel(id: string, change: UpdateChannel) {
    return this.#channels?.update(id, change) ?? gone;
  }
  removeChannel(id: string): boolean {
    return this.#channels?.remove(id) ?? false;
  }
  testChannel(id: string) {
    return this.#channels?.test(id) ?? gone;
  }
  sentTo(id: string) {
    return this.#channels?.log(id) ?? null;
  }
  resendSent(id: string, sentId: string) {
    return this.#channels?.resend(id, sentId) ?? gone;
  }

  // For runs.
  /** Puts a report before every channel; the same again changes nothing. */
  deliverReport(report: Outgoing): void {
    this.#channels?.deliver(report);
  }
  async putDailyRun(
    summary: DailyRunSummary,
    dueAt: number | null,
    doneLate: ReadonlyArray<string> = [],
  ): Promise<void> {
    this.#daily?.put(summary, dueAt);
    await this.#daily?.dropCarried(doneLate);
  }
}
