/** How far the deletion of this account has come. */
import * as z from 'zod/mini';

const Removed = z.record(z.string(), z.number());

export interface StoredDeletion {
  id: string;
  startedAt: number;
  /** How many of what, for the line that remains. */
  removed: Record<string, number>;
}

export class DeletionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): StoredDeletion | null {
    const [row] = this.#sql
      .exec<{ id: string; started_at: number; removed: string }>('SELECT * FROM deletion')
      .toArray();
    return row
      ? { id: row.id, startedAt: row.started_at, removed: Removed.parse(JSON.parse(row.removed)) }
      : null;
  }

  begin(id: string, now: number, removed: Record<string, number>): void {
    this.#sql.exec(
      'INSERT INTO deletion (id, started_at, removed) VALUES (?, ?, ?)',
      id,
      now,
      JSON.stringify(removed),
    );
    this.collect();
  }

  /** Notes that the account's row is gone, and answers since when: from then on nobody can sign in any more. */
  rowGone(now: number): number {
    return this.#sql
      .exec<{ at: number }>(
        'UPDATE deletion SET row_gone_at = coalesce(row_gone_at, ?) RETURNING row_gone_at AS at',
        now,
      )
      .one().at;
  }

  /** Notes every conversation that is or was; again, for one that was made in the last moment. */
  collect(): void {
    this.#sql.exec(
      `INSERT OR IGNORE INTO deletion_conversations (id)
       SELECT id FROM conversations UNION SELECT id FROM removed_conversations`,
    );
    this.#sql.exec('DELETE FROM removed_conversations');
  }

  /** Those of which we do not know yet that they are gone, in any order: one that never goes must not stop the others. */
  next(limit: number): string[] {
    return this.#sql
      .exec<{ id: string }>('SELECT id FROM deletion_conversations ORDER BY random() LIMIT ?', limit)
      .toArray()
      .map(({ id }) => id);
  }

  /** How much there is of what goes with this object, for the line that remains. */
  owned(): { connections: number; files: number; memories: number } {
    const count =
      'SELECT (SELECT count(*) FROM connections) AS connections, (SELECT count(*) FROM files) AS files';
    return this.#sql
      .exec<{ connections: number; files: number; memories: number }>(
        `${count}, (SELECT count(*) FROM memories) AS memories`,
      )
      .one();
  }

  /** Conversations in the registry. */
  leftOver(): number {
    return this.#sql.exec<{ left: number }>('SELECT count(*) AS left FROM conversations').one().left;
  }

  /** Its object holds nothing any more. */
  gone(id: string): void {
    this.#sql.exec('DELETE FROM deletion_conversations WHERE id = ?', id);
    this.#sql.exec('DELETE FROM removed_conversations WHERE id = ?', id);
    this.#sql.exec('DELETE FROM conversations WHERE id = ?', id);
  }
}
