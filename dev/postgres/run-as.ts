/** As whom Postgres runs (it refuses root), and what that user can reach. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Options for spawn: empty means "as we are". */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = 65_534;

/** A folder that every user reaches. /var/tmp outlives a restart of the machine; $TMPDIR may be a private one. */
export const SHARED_TEMP = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();

/** Root runs Postgres as nobody; everybody else as themselves. */
export function chooseUser(): RunAs {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Whether that user may enter a folder or run a program. Asked of the system: permissions have many sources. */
export function isReachable(path: string, runAs: RunAs): boolean {
  return spawnSync('test', ['-x', path], { ...runAs, cwd: '/' }).status === 0;
}
