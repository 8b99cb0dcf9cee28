/** `npm run db:generate` writes `migrations/` from the schema. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./shared/adapters/db/schema.ts', './shared/adapters/db/daily-schema.ts'],
  out: './migrations',
});
