/**
 * What the Worker and wrangler print, sorted: the app's own JSON log, wrangler at work, and what a person should see.
 * Both are kept in files: `log.jsonl` and `wrangler.log`.
 */
import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

const ROTATE_BYTES = 20 * 1024 * 1024;

/** `log`: a line of the app's log. `noise`: wrangler at work. `other`: anything else, for instance an uncaught error. */
export type LineKind = 'log' | 'noise' | 'other';

/** Says what a line of `wrangler dev` is. */
export function classifyLine(line: string): LineKind {
  if (line.startsWith('{') && isLogEntry(line)) return 'log';
  return line.trim() === '' || /^\s*(?:\[wrangler:info\]|⎔)/.test(line) ? 'noise' : 'other';
}

function isLogEntry(line: string): boolean {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'level' in entry && 'event' in entry;
  } catch {
    return false;
  }
}

/** Who wants to see what, once the app is up; before that, lines only tell how it starts. */
export interface OutputListeners {
  /** Gets each line of the app's JSON log. */
  readonly onLog?: ((line: string) => void) | undefined;
  /** Gets what else is printed and is not wrangler at work. */
  readonly onOutput?: ((line: string) => void) | undefined;
}

/** Takes the lines and puts them where they belong. */
export class Output {
  /** Whether the app is up. */
  isUp = false;
  readonly #listeners: OutputListeners;
  readonly #log: WriteStream;
  readonly #rest: WriteStream;

  constructor(folder: string, listeners: OutputListeners) {
    this.#listeners = listeners;
    this.#log = openForAdding(join(folder, 'log.jsonl'));
    this.#rest = openForAdding(join(folder, 'wrangler.log'));
  }

  /** Takes one line. */
  add(line: string): void {
    const kind = classifyLine(line);
    (kind === 'log' ? this.#log : this.#rest).write(`${line}\n`);
    if (!this.isUp) return;
    if (kind === 'log') this.#listeners.onLog?.(line);
    if (kind === 'other') this.#listeners.onOutput?.(line);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    const files = [this.#log, this.#rest];
    await Promise.all(files.map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }
}

// A log that has grown large is put aside, so that the folder does not grow for ever.
function openForAdding(path: string): WriteStream {
  if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.old`);
  return createWriteStream(path, { flags: 'a' });
}
