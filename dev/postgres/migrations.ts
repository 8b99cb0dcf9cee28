/**
 * Brings a database to where the app can use it. One way for every target: the local database at start, the template
 * of the tests, Neon before a deploy. Speaks to Postgres directly: on Neon that is the address without "-pooler".
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const LOCK = 72_623_859; // any number, the same for all who migrate this app

/**
 * Brings a database up to date: all missing migrations in one transaction, or none. Two at once wait for each other.
 * @throws Error of the driver when the database cannot be reached or a migration fails.
 */
export async function applyMigrations(connectionString: string, folder = MIGRATIONS): Promise<void> {
  if (!existsSync(join(folder, 'meta/_journal.json')))
    throw new Error(`There are no migrations in ${folder}.`);
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await migrate(drizzle({ client }), { migrationsFolder: folder });
  } finally {
    await client.end();
  }
}

/** Creates a database unless it is there. `maintenance` is the address of any other database of the server. */
export async function ensureDatabase(maintenance: string, name: string): Promise<void> {
  const client = new Client({ connectionString: maintenance });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
