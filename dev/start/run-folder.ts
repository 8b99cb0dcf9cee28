/** A folder of its own for one test run, below `.local/runs/`, gone afterwards. What a killed run left goes with the next. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { removeDataFolder } from '#dev/postgres/data-folder.ts';
import { findProcess, isAlive, ProcessIdentity } from './process/identity.ts';

const RUNS = join(import.meta.dirname, '../../.local/runs');

/** The folder, and how to be rid of it. Databases belong into `postgres` inside it. */
export interface RunFolder {
  readonly path: string;
  readonly postgres: string;
  remove(): void;
}

/** Makes an empty folder for this process. `name` says what for; each call gets another one. */
export function makeRunFolder(name: string): RunFolder {
  mkdirSync(RUNS, { recursive: true, mode: 0o755 });
  for (const left of readdirSync(RUNS)) {
    const owner = readOwner(join(RUNS, left, 'owner.json'));
    if (owner !== undefined && !isAlive(owner)) removeFolder(join(RUNS, left));
  }
  const path = join(RUNS, `${name}-${crypto.randomUUID().slice(0, 8)}`);
  mkdirSync(path, { mode: 0o755 });
  const self = findProcess(process.pid);
  writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid: self?.pid, startedAt: self?.startedAt }));
  return { path, postgres: join(path, 'postgres'), remove: () => removeFolder(path) };
}

function removeFolder(path: string): void {
  removeDataFolder(join(path, 'postgres'));
  rmSync(path, { recursive: true, force: true });
}

function readOwner(file: string): ProcessIdentity | undefined {
  try {
    const parsed = z.safeParse(ProcessIdentity, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
