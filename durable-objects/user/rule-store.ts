/**
 * Standing rules, and what each call that asked one was told. A rule that was ended stays known by its id, so that a
 * repeat cannot revive it.
 */
import * as z from 'zod/mini';
import { ArgumentMatch } from '#shared/protocol/question-requests.ts';

/** How long an ended rule and its uses stay known: no repeat is under way for longer. */
const REMEMBER_MS = 90 * 24 * 60 * 60_000;
/** The day of a call that was refused: none. PERSISTED in `rule_uses.day`. */
const NO_DAY = '';

export interface StoredRule {
  id: string;
  toolKey: string;
  title: string;
  matches: ArgumentMatch[];
  perDay: number;
  until: number;
  tainted: boolean;
  createdAt: number;
  usedToday: number;
  uses: number;
}

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  tool_key: string;
  title: string;
  matches: string;
  per_day: number;
  until: number;
  tainted: number;
  created_at: number;
  used_today: number;
  uses: number;
}

const Matches = z.array(ArgumentMatch);

const ruleOf = (row: Row): StoredRule => ({
  id: row.id,
  toolKey: row.tool_key,
  title: row.title,
  matches: Matches.parse(JSON.parse(row.matches)),
  perDay: row.per_day,
  until: row.until,
  tainted: row.tainted === 1,
  createdAt: row.created_at,
  usedToday: row.used_today,
  uses: row.uses,
});

export class RuleStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Those that hold, newest first. `today` names the day whose uses are counted. */
  live(now: number, today: string): StoredRule[] {
    return this.#sql
      .exec<Row>(
        `SELECT rules.*,
           (SELECT count(*) FROM rule_uses WHERE rule_id = rules.id AND day = ?1) AS used_today,
           (SELECT count(*) FROM rule_uses WHERE rule_id = rules.id AND day <> ?3) AS uses
         FROM rules WHERE ended_at IS NULL AND until > ?2 ORDER BY created_at DESC, id`,
        today,
        now,
        NO_DAY,
      )
      .toArray()
      .map(ruleOf);
  }

  /** Whether there is, or ever was, a rule of this id. */
  isKnown(id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM rules WHERE id = ?', id).toArray().length > 0;
  }

  add(rule: Omit<StoredRule, 'usedToday' | 'uses'>): void {
    this.#sql.exec(
      `INSERT INTO rules (id, tool_key, title, matches, per_day, until, tainted, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      rule.id,
      rule.toolKey,
      rule.title,
      JSON.stringify(rule.matches),
      rule.perDay,
      rule.until,
      rule.tainted ? 1 : 0,
      rule.createdAt,
    );
  }

  /** Ends a rule; its title, or null when there is none that has not ended. */
  end(id: string, now: number): string | null {
    const ended = this.#sql.exec<{ title: string }>(
      'UPDATE rules SET ended_at = ? WHERE id = ? AND ended_at IS NULL RETURNING title',
      now,
      id,
    );
    return ended.toArray()[0]?.title ?? null;
  }

  /** The rules of a connection's tools end with it. */
  endOf(connectionId: string, now: number): void {
    this.#sql.exec(
      `UPDATE rules SET ended_at = ?
       WHERE ended_at IS NULL AND tool_key IN (SELECT key FROM tools WHERE connection_id = ?)`,
      now,
      connectionId,
    );
  }

  /** The rule that this call asked, and whether it used it; null when it asked none. */
  askedBy(callId: string): { ruleId: string; used: boolean } | null {
    const [row] = this.#sql
      .exec<{ rule_id: string; day: string }>('SELECT rule_id, day FROM rule_uses WHERE call_id = ?', callId)
      .toArray();
    return row === undefined ? null : { ruleId: row.rule_id, used: row.day !== NO_DAY };
  }

  use(ruleId: string, callId: string, day: string): void {
    this.#sql.exec('INSERT INTO rule_uses (call_id, rule_id, day) VALUES (?, ?, ?)', callId, ruleId, day);
  }

  /** The rule had no use left for this call. */
  refuse(ruleId: string, callId: string): void {
    this.use(ruleId, callId, NO_DAY);
  }

  /** Forgets rules that ended long ago, with their uses. */
  prune(now: number): void {
    const before = now - REMEMBER_MS;
    this.#sql.exec(
      'DELETE FROM rule_uses WHERE rule_id IN (SELECT id FROM rules WHERE coalesce(ended_at, until) < ?)',
      before,
    );
    this.#sql.exec('DELETE FROM rules WHERE coalesce(ended_at, until) < ?', before);
  }
}
