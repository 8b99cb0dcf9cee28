/** The weight of something that goes over the wire, and of what it is made of. */
import { gzipSync } from 'node:zlib';

/** A part by its name; bytes as `Weight.partsAre` says. */
export interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** `gzip`: bytes in all, compressed, each file by itself as it is sent. */
export interface Weight {
  readonly gzip: number;
  readonly parts: readonly Part[];
  /** How the parts are counted: one file inside a bundle cannot be compressed by itself. */
  readonly partsAre: 'compressed' | 'before compression';
}

/** The length of a text when it is compressed as a server would do it at best. */
export function gzipLength(content: Uint8Array): number {
  return gzipSync(content, { level: 9 }).length;
}

/** The six heaviest parts, one a line. */
export function formatParts({ parts, partsAre }: Weight): string {
  const heaviest = parts.toSorted((a, b) => b.bytes - a.bytes).slice(0, 6);
  const lines = heaviest.map(({ name, bytes }) => `  ${(bytes / 1000).toFixed(1).padStart(7)} kB  ${name}`);
  return `${lines.join('\n')}\n  (${partsAre})`;
}
