/** Real Postgres on the loopback address: start, stop, and nothing left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eachLine, Tail } from '#dev/start/process/lines.ts';
import { findBinaries } from './binaries.ts';
import { makeCluster, SUPERUSER } from './cluster.ts';
import { placeDataFolder } from './data-folder.ts';
import { clearLeftover } from './leftover.ts';
import { chooseUser } from './run-as.ts';

const READY_TIMEOUT_MS = 60_000;

/** A running Postgres. */
export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Whether the cluster was made by this start. */
  readonly isNew: boolean;
  /** Settles when the server has ended, with its last words. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends all connections and the server; waits until it is gone. */
  stop(): Promise<void>;
}

/** Where and how. `fast` gives up safety against power loss, for data that no one keeps. */
export interface PostgresOptions {
  readonly folder: string;
  readonly port: number;
  readonly fast: boolean;
}

/**
 * Starts Postgres on a folder, making the cluster at first.
 * @throws Error with the server's own words when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const runAs = chooseUser();
  const binaries = await findBinaries(runAs);
  const folder = placeDataFolder(options.folder, runAs);
  const { dataDirectory, isNew } = makeCluster(folder, binaries, runAs, options.fast);
  await clearLeftover(dataDirectory);

  const parameters = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // the default is /tmp, where two checkouts would meet
    max_connections: '200',
    ...(options.fast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  const child = spawn(
    binaries.postgres,
    [
      '-D',
      dataDirectory, // two words: this is what leftover.ts looks for
      `--port=${options.port}`,
      ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      ...runAs,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    },
  );
  const said = new Tail();
  const ended = once(child, 'exit').then(
    () => `Postgres ended:\n${said.text()}`,
    (error: Error) => `Postgres could not be started: ${error.message}`,
  );
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  eachLine(child.stderr, (line) => {
    said.add(line);
    if (line.includes('ready to accept connections')) resolve();
  });
  void ended.then((how) => reject(new Error(how)));
  const timer = setTimeout(
    () => reject(new Error(`Postgres is not ready:\n${said.text()}`)),
    READY_TIMEOUT_MS,
  );
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  try {
    await ready;
  } catch (error) {
    if (child.pid !== undefined) await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { port: options.port, pid: child.pid ?? 0, isNew, ended, stop };
}

/** The address of one of its databases for a driver that speaks Postgres' own protocol. */
export function directUrl(port: number, database: string): string {
  return `postgresql://${SUPERUSER.name}:${SUPERUSER.password}@127.0.0.1:${port}/${database}`;
}
