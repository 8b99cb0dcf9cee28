/** Places for schedules that were claimed, and that no report has told of yet. */
import {
  claimMs,
  isTold,
  maxSchedulesOfUser,
  type PlaceClaim,
  placesOf,
  type ReportedSchedules,
} from '#shared/core/schedule/places.ts';

/** PERSISTED columns of `schedule_claims`. */
type Row = { schedule_id: string; again: number };

export class PlaceStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Claims a place; the same one again is the same. False when all are taken. */
  claim(claim: PlaceClaim, now: number): boolean {
    const { conversationId: id, scheduleId, again } = claim;
    this.#sql.exec('DELETE FROM schedule_claims WHERE expires_at <= ?', now);
    const [reported] = this.#sql
      .exec<{ rev: number; schedules: number }>('SELECT rev, schedules FROM conversations WHERE id = ?', id)
      .toArray();
    const claimed = this.#of(id).map(({ schedule_id }) => schedule_id);
    const own = placesOf(claim, { reported: reported ?? null, claimed });
    if (this.#outside(id) + own >= maxSchedulesOfUser) return false;
    this.#sql.exec(
      'INSERT OR REPLACE INTO schedule_claims (conversation_id, schedule_id, again, expires_at) VALUES (?, ?, ?, ?)',
      id,
      scheduleId,
      again ? 1 : 0,
      now + claimMs,
    );
    return true;
  }

  /** Nothing came of it. */
  release(conversationId: string, scheduleId: string): void {
    this.#sql.exec(
      'DELETE FROM schedule_claims WHERE conversation_id = ? AND schedule_id = ?',
      conversationId,
      scheduleId,
    );
  }

  /** The report that is written beside this counts what was claimed. */
  reported(conversationId: string, schedules: ReportedSchedules): void {
    for (const { schedule_id: scheduleId, again } of this.#of(conversationId))
      if (isTold({ scheduleId, again: again === 1 }, schedules)) this.release(conversationId, scheduleId);
  }

  /** The conversation was removed. */
  forget(conversationId: string): void {
    this.#sql.exec('DELETE FROM schedule_claims WHERE conversation_id = ?', conversationId);
  }

  #of(conversationId: string): Row[] {
    const sql = 'SELECT schedule_id, again FROM schedule_claims WHERE conversation_id = ?';
    return this.#sql.exec<Row>(sql, conversationId).toArray();
  }

  /** Schedules that have not ended in all conversations but one, and those that are about to be made there. */
  #outside(id: string): number {
    const sql = `SELECT (SELECT coalesce(sum(schedules), 0) FROM conversations WHERE id <> ?1) +
      (SELECT count(*) FROM schedule_claims WHERE conversation_id <> ?1) AS count`;
    return this.#sql.exec<{ count: number }>(sql, id).one().count;
  }
}
