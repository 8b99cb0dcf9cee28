/** Standing rules and the exact count of their uses, by day in the user's own time zone. */
import * as z from 'zod/mini';
import type { KitRule } from '#shared/core/tools/kit.ts';
import type { StandingRule } from '#shared/protocol/connection.ts';
import { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import type { Device, NewRule } from './client.ts';
import type { World } from './world.ts';

/** Rules that a user may have. */
const MAX = 100;

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
const iso = (time: number): string => new Date(time).toISOString();

/** The day in a time zone, as 2026-11-24. */
const dayIn = (now: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(now),
  );

export class Rules {
  readonly #world: World;
  readonly #sql: SqlStorage;

  constructor(world: World) {
    this.#world = world;
    this.#sql = world.ctx.storage.sql;
  }

  list(): StandingRule[] {
    return this.#rows().map((row) => ({
      id: row.id,
      toolKey: row.tool_key,
      title: row.title,
      matches: Matches.parse(JSON.parse(row.matches)),
      perDay: row.per_day,
      until: iso(row.until),
      tainted: row.tainted === 1,
      usedToday: row.used_today,
      uses: row.uses,
      createdAt: iso(row.created_at),
    }));
  }

  /** As the policy needs them: those that have not ended. */
  kit(): KitRule[] {
    const now = this.#world.now();
    return this.#rows()
      .filter(({ until }) => now < until)
      .map((row) => ({
        id: row.id,
        toolKey: row.tool_key,
        matches: Matches.parse(JSON.parse(row.matches)),
        until: row.until,
        tainted: row.tainted === 1,
        left: Math.max(0, row.per_day - row.used_today),
      }));
  }

  /** Made already, nothing changes. */
  add(rule: NewRule): { ok: true } | { ok: false; code: 'limit_reached' } {
    if (this.#sql.exec('SELECT 1 FROM rules WHERE id = ?', rule.id).toArray().length > 0) return { ok: true };
    if (this.#sql.exec('SELECT 1 FROM rules').toArray().length >= MAX)
      return { ok: false, code: 'limit_reached' };
    this.#world.commit(() => {
      this.#sql.exec(
        `INSERT INTO rules (id, tool_key, title, matches, per_day, until, tainted, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        rule.id,
        rule.toolKey,
        rule.title,
        JSON.stringify(rule.matches),
        rule.perDay,
        Date.parse(rule.until),
        rule.tainted ? 1 : 0,
        this.#world.now(),
      );
      this.#world.record({ action: 'rule_granted', detail: rule.title });
    });
    return { ok: true };
  }

  /** Uses a rule once for a call. The same call again gets the same answer and uses nothing more. */
  spend(ruleId: string, callId: string): boolean {
    const now = this.#world.now();
    return this.#world.commit(() => {
      const used = this.#sql.exec<{ rule_id: string }>(
        'SELECT rule_id FROM rule_uses WHERE call_id = ?',
        callId,
      );
      const [before] = used.toArray();
      if (before !== undefined) return before.rule_id === ruleId;
      const rule = this.#rows().find(({ id }) => id === ruleId);
      if (rule === undefined || now >= rule.until || rule.used_today >= rule.per_day) return false;
      this.#sql.exec(
        'INSERT INTO rule_uses (call_id, rule_id, day) VALUES (?, ?, ?)',
        callId,
        ruleId,
        this.#today(),
      );
      return true;
    });
  }

  remove(id: string, device: Device | null): boolean {
    return this.#world.commit(() => {
      const removed = this.#sql.exec<{ title: string }>('DELETE FROM rules WHERE id = ? RETURNING title', id);
      const [rule] = removed.toArray();
      if (rule === undefined) return false;
      this.#world.record({ action: 'rule_ended', detail: rule.title, device });
      return true;
    });
  }

  #today(): string {
    return dayIn(this.#world.now(), this.#world.user()?.timezone ?? 'UTC');
  }

  #rows(): Row[] {
    return this.#sql
      .exec<Row>(
        `SELECT rules.*,
           (SELECT count(*) FROM rule_uses WHERE rule_id = rules.id AND day = ?) AS used_today,
           (SELECT count(*) FROM rule_uses WHERE rule_id = rules.id) AS uses
         FROM rules ORDER BY created_at DESC, id`,
        this.#today(),
      )
      .toArray();
  }
}
