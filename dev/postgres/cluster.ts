/** Making a cluster (Postgres' word for one data directory with its databases), once, whole or not at all. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import type { RunAs } from './run-as.ts';

/** Everybody connects as this one user: the server listens on the loopback address alone. */
export const SUPERUSER = { name: 'postgres', password: 'pw' } as const;

/**
 * Makes the cluster in `folder`, unless there is a finished one. A killed run may have left half of one: only the
 * marker that is written last says that it is whole, and without it there is no data to lose yet.
 * @returns the data directory.
 * @throws Error with what initdb said.
 */
export function makeCluster(
  folder: string,
  binaries: PostgresBinaries,
  runAs: RunAs,
  fast: boolean,
): { dataDirectory: string; isNew: boolean } {
  const dataDirectory = join(folder, 'cluster');
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return { dataDirectory, isNew: false };
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${SUPERUSER.password}\n`);
  if (runAs.uid !== undefined && runAs.gid !== undefined) chownSync(passwordFile, runAs.uid, runAs.gid);
  // Cleartext "password" authentication is needed: the Neon driver sends startup, password and query in one go.
  // Under "trust" Postgres takes the password for a broken message, and SCRAM cannot be sent ahead.
  const made = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${dataDirectory}`,
      `--username=${SUPERUSER.name}`,
      `--pwfile=${passwordFile}`,
      '--auth=password',
      '--encoding=UTF8',
      '--locale=C',
      ...(fast ? ['--no-sync'] : []),
    ],
    { ...runAs, cwd: '/', env: { ...process.env, LC_ALL: 'C' }, encoding: 'utf8' },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  writeFileSync(`${finished}.new`, '');
  renameSync(`${finished}.new`, finished);
  return { dataDirectory, isNew: true };
}
