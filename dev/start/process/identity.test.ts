import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { endProcess, signalIfSame, waitForEnd } from './end.ts';
import { findProcess, isAlive, listDescendants, parsePsLine, parseStat } from './identity.ts';

const started: ReturnType<typeof spawn>[] = [];

async function startSleeper() {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  const found = findProcess(child.pid ?? 0);
  if (found === undefined) throw new Error('the process is not to be seen');
  return { child, found };
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('a recorded process', () => {
  it('is known again by its start time, and is gone when it has ended', async () => {
    const { child, found } = await startSleeper();
    expect(isAlive(found)).toBe(true);
    expect(found.parent).toBe(process.pid);
    expect(found.command.join(' ')).toContain('setInterval');
    expect(listDescendants(process.pid).map(({ pid }) => pid)).toContain(child.pid);
    expect(await endProcess(found, 'SIGTERM', 5000)).toBe(true);
    expect(isAlive(found)).toBe(false);
    expect(await endProcess(found, 'SIGTERM', 5000)).toBe(false);
  });

  it('is never signalled when its id has gone to another program', async () => {
    const { child, found } = await startSleeper();
    const earlier = { pid: found.pid, startedAt: `${found.startedAt}0` };
    expect(isAlive(earlier)).toBe(false);
    expect(signalIfSame(earlier, 'SIGKILL')).toBe(false);
    expect(await endProcess(earlier, 'SIGKILL', 0)).toBe(false);
    expect(await waitForEnd(earlier, 0)).toBe(true);
    expect(child.exitCode).toBe(null);
    expect(isAlive(found)).toBe(true);
  });

  it('is killed when it does not obey', async () => {
    const child = spawn(
      process.execPath,
      ['-e', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    started.push(child);
    await once(child.stdout, 'data');
    const found = findProcess(child.pid ?? 0);
    expect(found && (await endProcess(found, 'SIGTERM', 50))).toBe(true);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
  });
});

it('reads /proc/<pid>/stat whatever the program calls itself', () => {
  const fields = ['S', '12', ...Array.from({ length: 17 }, (_, at) => String(at)), '987654', '0'];
  expect(parseStat(`77 (a) b (c) ${fields.join(' ')}`)).toEqual({
    state: 'S',
    parent: 12,
    startTicks: '987654',
  });
  expect(parseStat('77 (cut off')).toBeUndefined();
});

it('reads a line of ps where there is no /proc', () => {
  const line = '  501   1 Sat Nov 21 01:00:07 2026     /usr/bin/postgres -D /srv/a b/data --port=1';
  expect(parsePsLine(line)).toEqual({
    pid: 501,
    parent: 1,
    startedAt: 'Sat Nov 21 01:00:07 2026',
    command: ['/usr/bin/postgres -D /srv/a b/data --port=1'],
  });
  expect(parsePsLine('')).toBeUndefined();
});
