/**
 * Runs a program that is not ours (wrangler, with the workerd processes it starts) so that it never outlives us:
 * when the process that started this one goes away, however it goes, the program's whole group is ended.
 * Also the other way round: when the program itself is killed, what it had started is ended too.
 *
 * Usage: node leash.ts PROGRAM ...ARGUMENTS. Writes `{"pid":N}` of the program to file descriptor 3; ends all of it when
 * its own stdin ends.
 */
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { signalGroup } from './end.ts';

const PATIENCE_MS = 4000;

const [program, ...rest] = process.argv.slice(2);
if (program === undefined) throw new Error('leash: no program was named');

// A group of its own, so that "the program and all it started" is one thing to signal.
const child = spawn(program, rest, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  console.error(`${program} could not be started: ${error.message}`);
  process.exit(1);
});
if (child.pid !== undefined) {
  writeSync(3, `${JSON.stringify({ pid: child.pid })}\n`);
  closeSync(3);
}

child.once('exit', (code, signal) => {
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  process.exit(signal === null ? (code ?? 1) : 1);
});

function end(): void {
  if (child.pid === undefined) process.exit(1);
  signalGroup(child.pid, 'SIGTERM');
  setTimeout(() => signalGroup(child.pid ?? 0, 'SIGKILL'), PATIENCE_MS);
}

process.stdin.once('end', end).once('error', end).resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);
