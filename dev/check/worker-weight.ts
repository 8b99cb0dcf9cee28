/** What `wrangler deploy` would upload, and which packages and folders it is made of. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { gzipLength, type Part, type Weight } from './weight.ts';

const ROOT = join(import.meta.dirname, '../..');

/** esbuild's account of a bundle, as far as it is needed here. */
const Metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
  ),
});

/** Bundles the Worker as a deploy does, without deploying. @throws Error with wrangler's words when it cannot. */
export async function weighWorker(): Promise<Weight> {
  const out = mkdtempSync(join(tmpdir(), 'agentic-tasks-worker-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'node_modules/wrangler/bin/wrangler.js'),
        'deploy',
        '--dry-run',
        '--minify',
        `--outdir=${out}`,
        `--metafile=${join(out, 'meta.json')}`,
      ],
      {
        cwd: ROOT,
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_WRITE_LOGS: 'false' },
        maxBuffer: 16 * 1024 * 1024,
      },
    );
    const modules = readdirSync(out).filter((name) => /\.(?:js|mjs|wasm|bin|txt|html|sql)$/.test(name));
    const gzip = modules.reduce((sum, name) => sum + gzipLength(readFileSync(join(out, name))), 0);
    if (gzip === 0) throw new Error(`wrangler wrote no bundle to ${out}.`);
    const meta = z.parse(Metafile, JSON.parse(readFileSync(join(out, 'meta.json'), 'utf8')));
    return { gzip, parts: groupInputs(meta), partsAre: 'before compression' };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The bytes of a bundle by package, and for our own code by folder. Pure. */
export function groupInputs(meta: z.infer<typeof Metafile>): Part[] {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(meta.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = groupOf(path);
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes].map(([name, count]) => ({ name, bytes: count }));
}

function groupOf(path: string): string {
  const packageName = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  return packageName ?? path.split('/').slice(0, 2).join('/');
}
