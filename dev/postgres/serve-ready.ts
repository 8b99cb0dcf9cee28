/** What `serve.ts` says when it is ready, and how to start it: shared by the app's start and the tests. */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { endProcess } from '#dev/start/process/end.ts';
import { findProcess } from '#dev/start/process/identity.ts';
import { startServerChild, type ServerChild } from '#dev/start/process/server-child.ts';
import { SUPERUSER } from './cluster.ts';

/** `port` speaks Neon's protocol, `postgresPort` Postgres' own. */
export const DatabaseReady = z.object({
  port: z.int(),
  postgresPort: z.int(),
  pid: z.int(),
  isNew: z.boolean(),
  postgresMs: z.number(),
  migrationsMs: z.number(),
});
export type DatabaseReady = z.infer<typeof DatabaseReady>;

/** Where the database lives and on which ports; a port left out is a free one. */
export interface DatabaseOptions {
  readonly folder: string;
  readonly database?: string;
  readonly port?: number;
  readonly postgresPort?: number;
  readonly fast?: boolean;
  readonly migrations?: string;
}

/** Starts the database in a child process. */
export async function startDatabase(options: DatabaseOptions): Promise<ServerChild<DatabaseReady>> {
  const child = await startServerChild({
    name: 'The database',
    script: join(import.meta.dirname, 'serve.ts'),
    args: [
      `--folder=${options.folder}`,
      `--database=${options.database ?? 'app'}`,
      `--port=${options.port ?? 0}`,
      `--postgres-port=${options.postgresPort ?? 0}`,
      ...(options.migrations === undefined ? [] : [`--migrations=${options.migrations}`]),
      ...(options.fast === true ? ['--fast'] : []),
    ],
    ready: DatabaseReady,
  });
  const postgres = findProcess(child.ready.pid);
  return {
    ...child,
    async stop() {
      await child.stop();
      // Only when the child was killed is there still a Postgres. SIGINT is its clean and quick end.
      if (postgres) await endProcess(postgres, 'SIGINT', 10_000);
    },
  };
}

/** The address of one of its databases for the Worker, whose driver speaks Neon's protocol. */
export function neonUrl(port: number, database: string): string {
  return `postgresql://${SUPERUSER.name}:${SUPERUSER.password}@localhost:${port}/${database}`;
}
