import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProcess, isAlive } from './process/identity.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';
import { AlreadyRunning, RunRecord } from './run-record.ts';

let folder: RunFolder;
const started: ReturnType<typeof spawn>[] = [];

beforeEach(() => {
  folder = makeRunFolder('unit');
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

async function startLeftover() {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  const found = findProcess(child.pid ?? 0);
  if (found === undefined) throw new Error('the process is not to be seen');
  return found;
}

/** Changes the file as if the start that wrote it had been killed. */
function pretendKilled(path: string): void {
  const record = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...record, main: { ...record.main, startedAt: 'long ago' } }));
}

it('keeps a second start of the same checkout out, and says where the first one is', async () => {
  const record = await RunRecord.take(folder.path, 'http://localhost:8801');
  await expect(RunRecord.take(folder.path, 'http://localhost:8802')).rejects.toThrow(AlreadyRunning);
  await expect(RunRecord.take(folder.path, 'x')).rejects.toThrow('already running at http://localhost:8801');
  record.release();
  (await RunRecord.take(folder.path, 'http://localhost:8802')).release();
  expect(readdirSync(folder.path)).toEqual(['owner.json']);
});

it('ends what a killed start left, but only the very processes that it recorded', async () => {
  const [left, other] = [await startLeftover(), await startLeftover()];
  const record = await RunRecord.take(folder.path, 'http://localhost:8801');
  record.setChildren([
    { name: 'wrangler', process: left },
    { name: 'workerd', process: { ...other, startedAt: 'another time' } },
  ]);
  pretendKilled(join(folder.path, 'run.json'));
  const next = await RunRecord.take(folder.path, 'http://localhost:8801');
  expect(isAlive(left)).toBe(false);
  expect(isAlive(other)).toBe(true);
  next.release();
});

it('leaves the processes of the original alone when a checkout was copied', async () => {
  const child = await startLeftover();
  const record = await RunRecord.take(folder.path, 'http://localhost:8801');
  record.setChildren([{ name: 'wrangler', process: child }]);
  const copy = makeRunFolder('unit-copy');
  try {
    cpSync(join(folder.path, 'run.json'), join(copy.path, 'run.json'));
    const second = await RunRecord.take(copy.path, 'http://localhost:8802');
    expect(isAlive(child)).toBe(true);
    second.release();
    expect(existsSync(join(folder.path, 'run.json'))).toBe(true);
  } finally {
    copy.remove();
    record.release();
  }
});

it('starts over a file that makes no sense', async () => {
  writeFileSync(join(folder.path, 'run.json'), '{"version":1,"fol');
  const record = await RunRecord.take(folder.path, 'http://localhost:8801');
  expect(JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'))).toMatchObject({
    folder: folder.path,
    main: { pid: process.pid },
  });
  record.release();
});

it('lets one of many starts at the same moment through', async () => {
  writeFileSync(join(folder.path, 'run.json'), 'stale');
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => RunRecord.take(folder.path, 'x')));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
