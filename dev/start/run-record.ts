/**
 * `run.json` in the data folder: which processes use it. It keeps two starts of one checkout apart, and lets a start
 * end what a killed one left. Every entry carries the start time of its process, and the file its own path: a copied
 * checkout brings the file along, and must not touch the processes of the original.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { endProcess, signalGroup } from './process/end.ts';
import { findProcess, isAlive, ProcessIdentity } from './process/identity.ts';

const RunFile = z.object({
  version: z.literal(1),
  folder: z.string(),
  url: z.string(),
  main: ProcessIdentity,
  children: z.array(z.object({ name: z.string(), process: ProcessIdentity })),
});
type RunFile = z.infer<typeof RunFile>;

/** Thrown when the folder is in use. */
export class AlreadyRunning extends Error {
  readonly url: string;
  constructor(url: string, pid: number) {
    super(`This checkout is already running at ${url} (process ${pid}).`);
    this.name = 'AlreadyRunning';
    this.url = url;
  }
}

/** This start's entry in the folder. */
export class RunRecord {
  readonly #path: string;
  #content: RunFile;

  private constructor(path: string, content: RunFile) {
    this.#path = path;
    this.#content = content;
  }

  /**
   * Takes the folder for this process, after ending what a killed start left in it.
   * @throws AlreadyRunning when another start uses it.
   */
  static async take(folder: string, url: string): Promise<RunRecord> {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const path = join(resolve(folder), 'run.json');
    const self = findProcess(process.pid);
    if (self === undefined) throw new Error('This system does not show its processes.');
    const main = { pid: self.pid, startedAt: self.startedAt };
    const record = new RunRecord(path, { version: 1, folder: resolve(folder), url, main, children: [] });
    while (!record.#create()) await clearStale(path);
    return record;
  }

  /** Replaces the list of processes that this start has. */
  setChildren(children: ReadonlyArray<{ name: string; process: ProcessIdentity }>): void {
    this.#content = {
      ...this.#content,
      children: children.map(({ name, process: { pid, startedAt } }) => ({
        name,
        process: { pid, startedAt },
      })),
    };
    const fresh = this.#write();
    renameSync(fresh, this.#path);
  }

  /** Gives the folder free. */
  release(): void {
    rmSync(this.#path, { force: true });
  }

  // Two starts at one moment: a hard link appears whole, and only for one of them.
  #create(): boolean {
    const fresh = this.#write();
    try {
      linkSync(fresh, this.#path);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(fresh, { force: true });
    }
  }

  #write(): string {
    const fresh = `${this.#path}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(this.#content, null, 1));
    return fresh;
  }
}

async function clearStale(path: string): Promise<void> {
  const text = readIfThere(path);
  const found = text === undefined ? undefined : parse(text);
  if (found && found.folder === dirname(path)) {
    if (isAlive(found.main)) throw new AlreadyRunning(found.url, found.main.pid);
    await Promise.all(found.children.map(({ process: child }) => endLeftover(child)));
  }
  // By rename: of two starts that both found it stale, one must not remove the file the other has just put here.
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== text) linkSync(aside, path);
  } catch {
    // the other start was faster; the next round sees its file
  }
  rmSync(aside, { force: true });
}

async function endLeftover(child: ProcessIdentity): Promise<void> {
  // With its group: what wrangler had started a moment before the kill has no entry of its own.
  if (isAlive(child)) signalGroup(child.pid, 'SIGTERM');
  await endProcess(child, 'SIGTERM', 5000);
}

function parse(text: string): RunFile | undefined {
  try {
    const parsed = z.safeParse(RunFile, JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
