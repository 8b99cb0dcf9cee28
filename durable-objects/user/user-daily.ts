/** The remote methods about a user's daily runs. `UserDO` has them beside its own. */
import type { DailyRunSummary, DailySettings, DailyTask } from '#shared/protocol/daily.ts';
import type { StartDailyRun } from '#shared/protocol/daily-requests.ts';
import { UserDesk } from './user-desk.ts';

const gone = { ok: false as const, code: 'not_found' as const };

export abstract class UserDaily extends UserDesk {
  get #daily() {
    return this.account.user() === null ? null : this.account.daily;
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
  carryDailyTask(task: DailyTask) {
    return this.#daily?.carry(task) ?? gone;
  }

  // For runs.
  deliverDailyReport(_report: { id: string; title: string; text: string; path: string }): void {}
  putDailyRun(summary: DailyRunSummary, dueAt: number | null): void {
    this.#daily?.put(summary, dueAt);
  }
}
