/** Prints what the Worker and the first page weigh, and refuses more than the limits. Part of `npm run check`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod/mini';

const ROOT = join(import.meta.dirname, '../..');
const WORKER_KIB = 220;
const PAGE_KB = 110;

/** Parts of the signed-in conversation page that are loaded by need but always needed there. */
const FIRST_PAGE = ['features/conversation/conversation-page.tsx', 'features/markdown/markdown.tsx'];

const Chunk = z.object({
  file: z.string(),
  src: z.optional(z.string()),
  isEntry: z.optional(z.boolean()),
  imports: z.optional(z.array(z.string())),
  dynamicImports: z.optional(z.array(z.string())),
  css: z.optional(z.array(z.string())),
});
const Manifest = z.record(z.string(), Chunk);

const gzip = (path: string) => gzipSync(readFileSync(path), { level: 9 }).length;

/** The bundle as `wrangler deploy` would upload it, minified and gzipped, in KiB. */
function workerKib(): number {
  const out = mkdtempSync(join(tmpdir(), 'agentic-worker-'));
  try {
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
    execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--minify', '--outdir', out], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    });
    const files = readdirSync(out).filter((name) => name.endsWith('.js'));
    return files.reduce((sum, name) => sum + gzip(join(out, name)), 0) / 1024;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Everything the conversation page loads at first: entry, its static imports, the listed parts, and their CSS. */
function pageFiles(): string[] {
  const client = join(ROOT, 'dist/client');
  const path = join(client, '.vite/manifest.json');
  if (!existsSync(path)) throw new Error('There is no built page: run `npm run build` first.');
  const manifest = Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  const files = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const next of chunk.imports ?? []) visit(next);
    for (const next of chunk.dynamicImports ?? [])
      if (FIRST_PAGE.some((part) => next.endsWith(part))) visit(next);
  };
  for (const [key, { isEntry }] of Object.entries(manifest)) if (isEntry) visit(key);
  return [...files].map((file) => join(client, file));
}

function report(what: string, size: number, limit: number, unit: string): boolean {
  const ok = size <= limit;
  console.log(`${ok ? 'ok  ' : 'OVER'} ${what}: ${size.toFixed(1)} of ${limit} ${unit} gzip`);
  return ok;
}

const parts = pageFiles().map((file) => ({ file, size: gzip(file) / 1000 }));
const page = parts.reduce((sum, { size }) => sum + size, 0);
const verdicts = [
  report('Worker', workerKib(), WORKER_KIB, 'KiB'),
  report('Conversation page, JS and CSS at first', page, PAGE_KB, 'kB'),
];
if (verdicts.includes(false)) {
  const heaviest = parts.toSorted((a, b) => b.size - a.size).slice(0, 5);
  for (const { file, size } of heaviest) console.log(`     ${size.toFixed(1)} kB ${file.split('/').at(-1)}`);
  process.exit(1);
}
