/** The peers, each in a process of its own with a database or Redis of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { startDatabase } from '#dev/postgres/serve-ready.ts';
import { SUPERUSER } from '#dev/postgres/cluster.ts';
import { freePort } from '#dev/start/ports.ts';
import type { Start } from './figures.ts';
import { capMs, type Load } from './loads.ts';

const Starts = z.array(z.object({ id: z.number(), at: z.number() }));

export interface Peer {
  name: string;
  script: string;
  tuned: boolean;
  needs: 'postgres' | 'redis';
}

export const peers: readonly Peer[] = [
  { name: 'graphile-worker', script: 'graphile.mjs', tuned: false, needs: 'postgres' },
  { name: 'graphile-worker, tuned', script: 'graphile.mjs', tuned: true, needs: 'postgres' },
  { name: 'pg-boss', script: 'pg-boss.mjs', tuned: false, needs: 'postgres' },
  { name: 'pg-boss, tuned', script: 'pg-boss.mjs', tuned: true, needs: 'postgres' },
  { name: 'BullMQ', script: 'bullmq.mjs', tuned: false, needs: 'redis' },
  { name: 'BullMQ, tuned', script: 'bullmq.mjs', tuned: true, needs: 'redis' },
  { name: 'polling, 10 at a time', script: 'polling.mjs', tuned: false, needs: 'postgres' },
  { name: 'polling, all', script: 'polling.mjs', tuned: true, needs: 'postgres' },
];

/** Time to put everything in before the first is due. */
const leadMs = ({ offsets }: Load): number => 15_000 + offsets.length;

async function startRedis(folder: string): Promise<{ port: number; child: ChildProcess } | null> {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--save',
    '',
  ];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = await Promise.race([
    once(child, 'error').then(() => true),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), 500)),
  ]);
  return failed ? null : { port, child };
}

/** What was started when. Null: what it needs is not on this machine. */
export async function runPeer(peer: Peer, load: Load): Promise<{ due: number[]; starts: Start[] } | null> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const redis = peer.needs === 'redis' ? await startRedis(folder) : null;
  if (peer.needs === 'redis' && redis === null) return null;
  // With fsync on, as it comes: a peer must not win by losing what a power cut would take.
  const database = peer.needs === 'postgres' ? await startDatabase({ folder: join(folder, 'pg') }) : null;
  try {
    const base = Date.now() + leadMs(load);
    const due = load.offsets.map((offset) => base + offset);
    const url = `postgresql://${SUPERUSER.name}:${SUPERUSER.password}@127.0.0.1:${database?.ready.postgresPort ?? 0}/app`;
    const task = JSON.stringify({ url, redisPort: redis?.port ?? 0, due, capMs, tuned: peer.tuned });
    const script = join(import.meta.dirname, 'peers', peer.script);
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(task);
    let said = '';
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
    await once(child, 'exit');
    // graphile-worker writes its own lines before.
    const line = said
      .trim()
      .split('\n')
      .findLast((each) => each.startsWith('['));
    return {
      due,
      starts: line === undefined || line.startsWith('[core') ? [] : Starts.parse(JSON.parse(line)),
    };
  } finally {
    redis?.child.kill('SIGTERM');
    await database?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
