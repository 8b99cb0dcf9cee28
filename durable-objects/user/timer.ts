/**
 * When somebody has to look at this user's object, as the database has it: the net under its own alarm. Only what lasts is
 * told (the next daily run, the end of a day's keeping, what failed and is tried again), so that it costs a row a day.
 */
import { connect } from '#shared/adapters/db/client.ts';
import { projectTimer } from '#shared/adapters/db/overdue.ts';
import type { World } from './world.ts';

export class Timer {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  #read(): { due: number | null; rev: number } {
    const [row] = this.#world.ctx.storage.sql
      .exec<{ due_at: number | null; rev: number }>('SELECT due_at, rev FROM timer')
      .toArray();
    return row === undefined ? { due: null, rev: 0 } : { due: row.due_at, rev: row.rev };
  }

  /** Notes the due time where it is another one than the database has or is owed. */
  keep(due: number | null): void {
    const known = this.#read();
    if (known.due === due) return;
    this.#world.commit(() => {
      this.#world.ctx.storage.sql.exec(
        'INSERT OR REPLACE INTO timer (one, due_at, rev) VALUES (1, ?, ?)',
        due,
        known.rev + 1,
      );
      this.#world.owe('timer');
    });
  }

  async project(): Promise<void> {
    const user = this.#world.user();
    const { due, rev } = this.#read();
    if (user !== null)
      await projectTimer(connect(this.#world.env.DATABASE_URL), { userId: user.id, dueAt: due, rev });
  }
}
