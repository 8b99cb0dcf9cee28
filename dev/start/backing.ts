/** What stands behind the app on this machine: the database, and whatever plays a service that was not named. */
import { join } from 'node:path';
import { applyMigrations } from '#dev/postgres/migrations.ts';
import { startDatabase, type DatabaseReady } from '#dev/postgres/serve-ready.ts';
import type { ServerChild } from './process/server-child.ts';
import { timed, type OnProgress } from './progress.ts';
import { startGoogle, startMail, startStandIn, startTools, type PlayedService } from './stand-in.ts';
import type { SettingsPlan } from './settings.ts';
import type { StopList } from './stop-list.ts';

/** What was started; undefined where the settings name something else. */
export interface Backing {
  readonly database: ServerChild<DatabaseReady> | undefined;
  readonly standIn: PlayedService | undefined;
  readonly mail: PlayedService | undefined;
  readonly google: PlayedService | undefined;
  readonly tools: PlayedService | undefined;
}

/** Where the database lies and which ports to use; a port left out is a free one. */
export interface BackingOptions {
  readonly folder: string;
  readonly fast?: boolean;
  readonly ports?: Readonly<
    Record<'database' | 'postgres' | 'standIn' | 'mail' | 'google' | 'tools', number>
  >;
}

/**
 * Starts what the plan asks for, side by side.
 * @throws Error with the words of the part that failed.
 */
export async function startBacking(
  plan: SettingsPlan,
  options: BackingOptions,
  stops: StopList,
  onProgress: OnProgress,
): Promise<Backing> {
  const { ports } = options;
  const database = plan.startDatabase
    ? startDatabase({
        folder: join(options.folder, 'postgres'),
        fast: options.fast ?? false,
        ...(ports && { port: ports.database, postgresPort: ports.postgres }),
      })
    : undefined;
  const standIn = plan.startStandIn ? startStandIn(ports?.standIn ?? 0) : undefined;
  const mail = plan.startMail ? startMail(ports?.mail ?? 0) : undefined;
  // An app that is reached at another address has to be sent back there; else any port of this machine will do.
  const publicUrl = plan.given.get('PUBLIC_URL');
  const google = plan.startGoogle ? startGoogle(ports?.google ?? 0, publicUrl) : undefined;
  const tools = plan.startTools ? startTools(ports?.tools ?? 0) : undefined;
  for (const part of [database, standIn, mail, google, tools])
    if (part) stops.addPending<{ stop(): Promise<void> }>(part, (started) => started.stop());
  const [startedDatabase, startedStandIn, startedMail, startedGoogle, startedTools] = await Promise.all([
    database && timed('Database', database, ({ ready }) => describeDatabase(ready), onProgress),
    standIn && timed('Demo model', standIn, () => 'stand-in for Claude', onProgress),
    mail && timed('Mail', mail, () => 'captured here', onProgress),
    google && timed('Google', google, () => 'stand-in', onProgress),
    tools && timed('Demo tools', tools, () => 'mail and photos, made up', onProgress),
    plan.startDatabase ? undefined : migrateGiven(plan.given.get('DATABASE_URL_UNPOOLED'), onProgress),
  ]);
  return {
    database: startedDatabase,
    standIn: startedStandIn,
    mail: startedMail,
    google: startedGoogle,
    tools: startedTools,
  };
}

/** All of it that runs, by name. */
function running({ database, standIn, mail, google, tools }: Backing) {
  return Object.entries({ database, standIn, mail, google, tools }).flatMap(([name, child]) =>
    child ? [{ name, child }] : [],
  );
}

/** Its processes, to be written down. */
export function backingProcesses(backing: Backing) {
  return running(backing).map(({ name, child }) => ({ name, process: child.identity }));
}

/** Each settles when that part has ended. */
export function backingEnds(backing: Backing): Promise<string>[] {
  return running(backing).map(({ child }) => child.ended);
}

function describeDatabase(ready: DatabaseReady): string {
  return `Postgres ${ready.isNew ? 'with new data' : 'with its data'}, migrations applied`;
}

/**
 * A database that somebody named is migrated only over the direct address, which is there for nothing else. One that
 * cannot be reached is no reason not to start: the app says itself what it can do without it.
 */
async function migrateGiven(url: string | undefined, onProgress: OnProgress): Promise<void> {
  if (!url) return onProgress('Database', 'as given by DATABASE_URL, not migrated (npm run db:migrate)', 0);
  const startedAt = performance.now();
  const outcome = await applyMigrations(url).then(
    () => 'migrations applied',
    (error: unknown) => `NOT migrated: ${error instanceof Error ? error.message : String(error)}`,
  );
  onProgress('Database', `as given by DATABASE_URL, ${outcome}`, performance.now() - startedAt);
}
