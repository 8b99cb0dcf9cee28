/**
 * One person as the simulation has them: the app's own daily timer over its own tables, in SQLite without an object
 * around it. What an object is asked to open is handed to whoever plays the day.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Daily } from '#durable-objects/user/daily.ts';
import { migrations } from '#durable-objects/user/migrations.ts';
import type { World } from '#durable-objects/user/world.ts';
import type { Opening } from '#shared/core/daily/input.ts';
import type { DailySettings } from '#shared/protocol/daily.ts';

export type Opened = Opening;

/** The part of an object's SQL that the stores use. */
function sqlOf(db: DatabaseSync): SqlStorage {
  const known = new Map<string, StatementSync>();
  const exec = (query: string, ...given: SQLInputValue[]) => {
    const statement = known.get(query) ?? db.prepare(query);
    known.set(query, statement);
    const rows = statement.all(...given);
    const one = () => {
      if (rows.length !== 1) throw new Error(`${rows.length} rows`);
      return rows[0];
    };
    return { toArray: () => rows, one };
  };
  return { exec } as unknown as SqlStorage;
}

export class Person {
  readonly daily: Daily;
  readonly #db = new DatabaseSync(':memory:');
  #zone: string;
  #now = 0;
  /** Something was allotted and is not opened yet. */
  owes = false;

  /** @param play what an object does when it is opened */
  constructor(zone: string, play: (opening: Opened, now: number) => void) {
    this.#zone = zone;
    for (const { sql } of migrations) this.#db.exec(sql);
    const open = async (opening: Opened) => {
      play(opening, this.#now);
      return { took: [] };
    };
    const owe = () => {
      this.owes = true;
    };
    const world = {
      ctx: { storage: { sql: sqlOf(this.#db) }, getWebSockets: () => [] },
      env: { DAILY_RUN: { getByName: () => ({ open, checkIn: async () => ({ nextDueAt: null }) }) } },
      now: () => this.#now,
      user: () => ({ id: 'p', email: 'p@example.com', name: 'P', timezone: this.#zone, emailVerified: true }),
      commit: <Result>(change: () => Result) => change(),
      owe,
      oweLater: owe,
      settle: () => {},
      isDelivering: () => false,
      after: (run: () => void) => run(),
    };
    this.daily = new Daily(world as unknown as World);
  }

  /** The alarm rings. */
  ring(now: number): void {
    this.#now = now;
    for (const net of this.daily.claim()) void net();
  }

  save(settings: DailySettings, now: number): void {
    this.#now = now;
    const saved = this.daily.set(settings);
    if (!saved.ok) throw new Error(`refused: ${saved.code}`);
  }

  /** Their own zone is another one. */
  move(zone: string, now: number): void {
    this.#now = now;
    const before = this.#zone;
    this.#zone = zone;
    this.daily.zoneChanged(before, zone);
  }

  /** Opens what was allotted. */
  async deliver(now: number): Promise<void> {
    this.#now = now;
    if (!this.owes) return;
    this.owes = false;
    await this.daily.open();
  }

  end(): void {
    this.#db.close();
  }
}
