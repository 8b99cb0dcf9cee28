/**
 * Who a process id belongs to. A recorded id may have been given to another program since, so nothing here is
 * signalled by its number alone: a process is the one that was recorded only if its start time is the same.
 * Linux answers from /proc (bare Debian has no `ps`), other systems from `ps`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import * as z from 'zod/mini';

/** What is written down about a process, and later compared. `startedAt` is opaque: equal or not. */
export const ProcessIdentity = z.object({ pid: z.int().check(z.gt(1)), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** A process as the system shows it now. `command` is its argument list; outside Linux one string. */
export interface RunningProcess extends ProcessIdentity {
  readonly parent: number;
  readonly command: readonly string[];
}

const hasProc = existsSync('/proc/self/stat');

/** The process with this id, or undefined when there is none (a zombie counts as none: it does nothing more). */
export function findProcess(pid: number): RunningProcess | undefined {
  return hasProc ? fromProc(pid) : fromPs(['-p', String(pid)])[0];
}

/** Every process that can be seen. */
export function listProcesses(): readonly RunningProcess[] {
  if (!hasProc) return fromPs(['-A']);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => fromProc(Number(pid)) ?? []);
}

/** The children of a process and theirs, in no order. */
export function listDescendants(ancestor: number): readonly RunningProcess[] {
  const all = listProcesses();
  const found: RunningProcess[] = [];
  const parents = [ancestor];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of all) {
      if (child.parent !== parent) continue;
      found.push(child);
      parents.push(child.pid);
    }
  }
  return found;
}

/** Whether the recorded process is still there, and is still the same one. */
export function isAlive(recorded: ProcessIdentity): boolean {
  return findProcess(recorded.pid)?.startedAt === recorded.startedAt;
}

/** The folder a process works in; undefined where the system does not tell (other user, no /proc). */
export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Parses `/proc/<pid>/stat` (proc(5)): the name in brackets may itself hold spaces and brackets. */
export function parseStat(stat: string): { state: string; parent: number; startTicks: string } | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const [state, parent, startTicks] = [fields[0], Number(fields[1]), fields[19]];
  if (state === undefined || startTicks === undefined || !Number.isInteger(parent)) return undefined;
  return { state, parent, startTicks };
}

/** Parses one line of `ps -o pid=,ppid=,lstart=,command=` under LC_ALL=C: lstart is five words. */
export function parsePsLine(line: string): RunningProcess | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/.exec(line);
  if (!match) return undefined;
  const [, pid, parent, startedAt, command] = match;
  if (startedAt === undefined || command === undefined) return undefined;
  return { pid: Number(pid), parent: Number(parent), startedAt, command: [command] };
}

function fromProc(pid: number): RunningProcess | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { pid, parent: stat.parent, startedAt: `${bootId()}/${stat.startTicks}`, command };
  } catch {
    return undefined; // it ended while it was being read
  }
}

let boot: string | undefined;

// Start times count from boot, so after a restart of the machine another process could have the same one.
function bootId(): string {
  try {
    boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    boot = 'unknown boot';
  }
  return boot;
}

function fromPs(selection: readonly string[]): RunningProcess[] {
  const ps = spawnSync('ps', [...selection, '-o', 'pid=,ppid=,lstart=,command='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return (ps.stdout ?? '').split('\n').flatMap((line) => parsePsLine(line) ?? []);
}
