/**
 * The local database as a process of its own: Postgres, the Neon protocol in front of it, migrations applied.
 * Prints one JSON line when it is ready and ends, with Postgres, when its stdin ends. A line `down` or `up` on stdin
 * makes the front unreachable and reachable again, for tests of "Neon is down".
 *
 * Usage: node dev/postgres/serve.ts --folder DIR [--postgres-port N] [--port N] [--database app] [--migrations DIR] [--fast]
 */
import { parseArgs } from 'node:util';
import { freePort } from '#dev/start/ports.ts';
import { untilStdinEnds } from '#dev/start/process/server-child.ts';
import { applyMigrations, ensureDatabase } from './migrations.ts';
import { startNeonFront } from './neon-front.ts';
import { directUrl, startPostgres } from './server.ts';
import type { DatabaseReady } from './serve-ready.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    'postgres-port': { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    database: { type: 'string', default: 'app' },
    migrations: { type: 'string' },
    fast: { type: 'boolean', default: false },
  },
});
if (values.folder === undefined) throw new Error('--folder is missing');

const startedAt = performance.now();
const postgres = await startPostgres({
  folder: values.folder,
  port: Number(values['postgres-port']) || (await freePort()),
  fast: values.fast,
});
const postgresMs = Math.round(performance.now() - startedAt);
try {
  await ensureDatabase(directUrl(postgres.port, 'postgres'), values.database);
  await applyMigrations(directUrl(postgres.port, values.database), values.migrations);
} catch (error) {
  await postgres.stop();
  throw error;
}
const front = await startNeonFront({ postgresPort: postgres.port, port: Number(values.port) });

let ending = false;
untilStdinEnds(
  async () => {
    ending = true;
    await front.close();
    await postgres.stop();
  },
  (line) => {
    if (line === 'down') void front.goDown();
    if (line === 'up') void front.comeUp();
  },
);
void postgres.ended.then((how) => {
  if (ending) return;
  console.error(how);
  process.exit(1);
});

const ready: DatabaseReady = {
  port: front.port,
  postgresPort: postgres.port,
  pid: postgres.pid,
  isNew: postgres.isNew,
  postgresMs,
  migrationsMs: Math.round(performance.now() - startedAt) - postgresMs,
};
console.log(JSON.stringify(ready));
