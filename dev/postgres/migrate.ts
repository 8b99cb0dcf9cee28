/** `npm run db:migrate`: applies `migrations/` to the database named by DATABASE_URL_UNPOOLED or DATABASE_URL. */
import { applyMigrations } from './migrations.ts';

const url = process.env['DATABASE_URL_UNPOOLED'] || process.env['DATABASE_URL'];
if (url) {
  await applyMigrations(url);
  console.log(`The database ${new URL(url).host}${new URL(url).pathname} is up to date.`);
} else {
  console.error('Set DATABASE_URL_UNPOOLED (or DATABASE_URL) to the database that is to be migrated.');
  process.exitCode = 1;
}
