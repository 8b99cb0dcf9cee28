/** A stream of bytes as lines of text, and the last of them kept for the moment something goes wrong. */
import { stripVTControlCharacters } from 'node:util';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls `onLine` for each line of a stream, without its line end. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}

/** The last lines that a program said. */
export class Tail {
  readonly #lines: string[] = [];

  /** Takes a line; forgets the oldest one beyond 20. */
  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > 20) this.#lines.shift();
  }

  /** The lines kept, colour codes removed. */
  text(): string {
    return stripVTControlCharacters(this.#lines.join('\n'));
  }
}
