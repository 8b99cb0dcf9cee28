/** What the peers have in common: the due times, the record of what began, and the end by count or by the cap. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** @type {{ url: string, redisPort: number, due: number[], capMs: number, tuned: boolean }} */
export const task = JSON.parse(readFileSync(0, 'utf8')); // an argument may not be as long as ten thousand due times

/** @type {Array<{ id: number, at: number }>} */
const started = [];

/** A job began: its row says so already, by the peer's own doing. */
export const began = (id) => void started.push({ id: Number(id), at: Date.now() });

/** Waits until all began, or the cap after the last due time; then tells and ends. */
export async function finish() {
  const end = Math.max(...task.due) + task.capMs;
  while (started.length < task.due.length && Date.now() < end) await delay(50);
  await delay(500); // what is begun twice comes soon after
  process.stdout.write(`${JSON.stringify(started)}\n`, () => process.exit(0));
}

/** Everything was put in before the first is due; else the figures would be of the putting in. */
export function ready() {
  if (Date.now() > Math.min(...task.due)) {
    console.error('the jobs were not put in in time');
    process.exit(1);
  }
}
