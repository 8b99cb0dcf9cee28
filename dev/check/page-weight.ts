/**
 * What a browser loads at first for the signed-in conversation page: what index.html names, the static imports and
 * styles of its entry by Vite's manifest, and the chunks that this page asks for at once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { gzipLength, type Weight } from './weight.ts';

const CLIENT = join(import.meta.dirname, '../../dist/client');

/** Parts that are imported dynamically, but always needed by this page: their source paths end like this. */
const FIRST_PAGE = ['features/conversation/conversation-page.tsx', 'features/markdown/markdown.tsx'];

const Chunk = z.object({
  file: z.string(),
  isEntry: z.optional(z.boolean()),
  imports: z.optional(z.array(z.string())),
  dynamicImports: z.optional(z.array(z.string())),
  css: z.optional(z.array(z.string())),
});

/** Vite's manifest: chunks by their source path. */
export const Manifest = z.record(z.string(), Chunk);
export type Manifest = z.infer<typeof Manifest>;

/**
 * The files of the first load. Pure.
 * @param firstPage ends of source paths whose dynamic chunks count too.
 */
export function filesOfFirstPage(manifest: Manifest, firstPage: readonly string[] = FIRST_PAGE): string[] {
  const files = new Set<string>();
  const visited = new Set<string>();
  const visit = (source: string) => {
    const chunk = manifest[source];
    if (chunk === undefined || visited.has(source)) return;
    visited.add(source);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) visit(imported);
    for (const later of chunk.dynamicImports ?? []) {
      if (firstPage.some((path) => later.endsWith(path))) visit(later);
    }
  };
  for (const [source, chunk] of Object.entries(manifest)) if (chunk.isEntry === true) visit(source);
  return [...files];
}

/** Scripts and styles that a page names itself, as paths without the first slash: some are no part of the bundle. Pure. */
export function filesNamedBy(html: string): string[] {
  const tags = html.matchAll(/<(?:script|link)\b[^>]*?\s(?:src|href)="\/?([^"]+\.(?:js|css))"/g);
  return [...tags].flatMap(([, path]) => path ?? []);
}

/** Weighs the page that was built last. @throws Error when there is none. */
export function weighPage(): Weight {
  const path = join(CLIENT, '.vite/manifest.json');
  if (!existsSync(path)) throw new Error('The web app is not built: run `npm run build` first.');
  const manifest = z.parse(Manifest, JSON.parse(readFileSync(path, 'utf8')));
  const named = filesNamedBy(readFileSync(join(CLIENT, 'index.html'), 'utf8'));
  const parts = [...new Set([...filesOfFirstPage(manifest), ...named])].map((file) => ({
    name: file,
    bytes: gzipLength(readFileSync(join(CLIENT, file))),
  }));
  return { gzip: parts.reduce((sum, { bytes }) => sum + bytes, 0), parts, partsAre: 'compressed' };
}
