/**
 * Where a database's files lie: in the folder asked for (inside the checkout), except for root in a place that
 * "nobody" cannot enter. Then they lie in the shared temp folder, under a name that only this folder knows, so that no
 * other checkout, also one made later at the same path or copied from this one, ever finds them.
 */
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isReachable, SHARED_TEMP, type RunAs } from './run-as.ts';

const AWAY_PREFIX = 'agentic-tasks-data-';
const HOUR_MS = 3_600_000;

/** Makes the folder, owned by who runs Postgres, and answers where it really is. */
export function placeDataFolder(wanted: string, runAs: RunAs): string {
  const folder = resolve(wanted);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  if (isReachable(dirname(folder), runAs)) return makeOwned(folder, runAs);
  mkdirSync(folder, { recursive: true });
  const pointer = join(folder, 'elsewhere');
  const known = readIfThere(pointer);
  if (known !== undefined && ownerOf(known) === folder) return known;
  removeAbandoned();
  const away = makeOwned(join(SHARED_TEMP, AWAY_PREFIX + randomUUID()), runAs);
  writeFileSync(`${away}.owner`, folder);
  writeFileSync(pointer, away);
  return away;
}

/** Removes a data folder, wherever it is. Nothing may be running on it. */
export function removeDataFolder(wanted: string): void {
  const folder = resolve(wanted);
  const away = readIfThere(join(folder, 'elsewhere'));
  if (away !== undefined && ownerOf(away) === folder) {
    for (const path of [away, `${away}.owner`]) rmSync(path, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

function makeOwned(folder: string, runAs: RunAs): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) chownSync(folder, runAs.uid, runAs.gid);
  return folder;
}

// A checkout that was deleted leaves its database behind: nothing points to it any more.
function removeAbandoned(): void {
  for (const name of readdirSync(SHARED_TEMP)) {
    const away = join(SHARED_TEMP, name);
    if (!name.startsWith(AWAY_PREFIX) || name.endsWith('.owner')) continue;
    const owner = ownerOf(away);
    if (owner !== undefined && readIfThere(join(owner, 'elsewhere')) === away) continue;
    // A young one may be just being made by another start; a running one is somebody's whatever the files say.
    if (Date.now() - lstatSync(away).mtimeMs < HOUR_MS) continue;
    if (existsSync(join(away, 'cluster/postmaster.pid'))) continue;
    for (const path of [away, `${away}.owner`]) rmSync(path, { recursive: true, force: true });
  }
}

function ownerOf(away: string): string | undefined {
  return existsSync(away) ? readIfThere(`${away}.owner`) : undefined;
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
