/**
 * What a killed run may have left in a data directory: a server that still runs, or the id of one that does not.
 * The id alone proves nothing. It may have gone to another program, or the folder may be a copy of a checkout whose
 * server is alive: a process is ours only if its command names this very data directory.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from '#dev/start/process/end.ts';
import {
  findProcess,
  listProcesses,
  workingFolder,
  type RunningProcess,
} from '#dev/start/process/identity.ts';

/** Whether this process is the Postgres server of exactly this data directory. */
export function isServerOf(process: RunningProcess, dataDirectory: string): boolean {
  const [only] = process.command;
  if (process.command.length === 1 && only !== undefined) {
    // From `ps`: one string. The data directory is followed by the next option or the end.
    return only.includes('postgres') && `${only} `.includes(` -D ${dataDirectory} `);
  }
  const at = process.command.indexOf('-D');
  return at !== -1 && process.command[at + 1] === dataDirectory;
}

/**
 * Clears the way for a new server on this data directory: stops the one that a killed run left (cleanly, so that no
 * recovery is needed), removes the note of one that is gone.
 * @returns what was found, for the log.
 * @throws Error when something else works in this data directory.
 */
export async function clearLeftover(dataDirectory: string): Promise<'nothing' | 'stopped' | 'stale'> {
  const note = join(dataDirectory, 'postmaster.pid');
  if (!existsSync(note)) return 'nothing';
  const pid = Number(readFileSync(note, 'utf8').split('\n')[0]);
  const server = Number.isInteger(pid) && pid > 1 ? findProcess(pid) : undefined;
  if (server !== undefined && isServerOf(server, dataDirectory)) {
    await endProcess(server, 'SIGINT', 15_000); // SIGINT: "fast shutdown", rolls back and writes a checkpoint
    if (findProcess(pid)?.startedAt === server.startedAt) {
      throw new Error(`The database server ${pid} of an earlier run does not end.`);
    }
    return 'stopped';
  }
  if (server === undefined) return 'nothing'; // Postgres itself sees that the id is free and goes on
  // Another program has the id now. Postgres would refuse to start: it cannot know that. We can, after looking
  // whether any process still works here (backends of a killed server stay for a moment).
  const inside = listProcesses().find((process) => workingFolder(process.pid) === dataDirectory);
  if (inside)
    throw new Error(`Process ${inside.pid} still works in ${dataDirectory}. Try again in a moment.`);
  rmSync(note, { force: true });
  return 'stale';
}
