/**
 * Numbered migrations of an object's SQLite. What ran is recorded, so each runs once; all that are missing run
 * in one transaction, so an object is never left between two versions.
 *
 * Constructors call `wake`, which only reads when nothing was ever created: an object that somebody addressed by
 * a made-up id must leave nothing behind, not even an empty table.
 */

/** PERSISTED: a version, once released, keeps its number and its statements for ever. */
export interface Migration {
  version: number;
  /** One or more statements, separated by semicolons. */
  sql: string;
}

const TABLE = 'schema_migrations';

/** Whether `create` was ever run here. Reads without writing. */
export function isCreated(storage: DurableObjectStorage): boolean {
  const found = storage.sql.exec(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`, TABLE);
  return found.toArray().length > 0;
}

/** The newest version that ran here; 0 when nothing was ever created. One statement where something was: each wake asks. */
function versionOf(storage: DurableObjectStorage): number {
  try {
    return storage.sql.exec<{ version: number }>(`SELECT max(version) AS version FROM ${TABLE}`).one()
      .version;
  } catch (error) {
    if (isCreated(storage)) throw error;
    return 0;
  }
}

/**
 * Runs what has not run yet, in order. `now` is the time to record, in milliseconds. A version newer than the
 * newest known one is left alone: it means that an older build was brought back, and its statements still fit
 * because a release only adds.
 */
export function migrate(
  storage: DurableObjectStorage,
  migrations: ReadonlyArray<Migration>,
  now: number,
): void {
  apply(storage, migrations, versionOf(storage), now);
}

function apply(
  storage: DurableObjectStorage,
  migrations: ReadonlyArray<Migration>,
  from: number,
  now: number,
): void {
  const missing = migrations.filter((migration) => migration.version > from);
  if (missing.length === 0) return;
  storage.transactionSync(() => {
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)`,
    );
    for (const { version, sql } of missing.toSorted((a, b) => a.version - b.version)) {
      storage.sql.exec(sql);
      storage.sql.exec(`INSERT INTO ${TABLE} (version, applied_at) VALUES (?, ?)`, version, now);
    }
  });
}

/**
 * For constructors: brings an existing object up to date and tells whether there is one.
 * Returns false, having written nothing, when the object was never created.
 */
export function wake(
  storage: DurableObjectStorage,
  migrations: ReadonlyArray<Migration>,
  now: number,
): boolean {
  const version = versionOf(storage);
  if (version === 0) return false;
  apply(storage, migrations, version, now);
  return true;
}
