/** What processes hold of this machine's memory, in bytes: now, and at most since the last look. Linux alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

type Field = 'VmRSS' | 'VmHWM';

const read = (pid: number, field: Field): number =>
  1_024 *
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const sum = (pids: readonly number[], field: Field): number =>
  pids.reduce((all, pid) => all + read(pid, field), 0);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The median of twenty looks in two seconds. */
export async function atRest(pids: readonly number[]): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 20; look += 1) {
    looks.push(sum(pids, 'VmRSS'));
    await delay(100);
  }
  return median(looks);
}

/** The most that the processes held while `work` went on: the kernel's own mark of each, so that no peak is missed. */
export async function peakDuring(pids: readonly number[], work: () => Promise<unknown>): Promise<number> {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5'); // sets the mark to what is held now
  await work();
  return sum(pids, 'VmHWM');
}
