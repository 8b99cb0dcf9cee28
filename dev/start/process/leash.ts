/**
 * Runs a program that is not ours (wrangler, with the workerd processes it starts) so that it never outlives us:
 * when the process that started this one goes away, however it goes, the program's whole group is ended.
 * Also the other way round: when the program itself is killed, what it had started is ended too.
 *
 * Usage: fork(leash.ts, [program, ...arguments]); sends `{pid}` of the program, ends when the channel closes.
 */
import { spawn } from 'node:child_process';
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
if (child.pid !== undefined) process.send?.({ pid: child.pid });

child.once('exit', (code, signal) => {
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  process.exit(signal === null ? (code ?? 1) : 1);
});

function end(): void {
  if (child.pid === undefined) process.exit(1);
  signalGroup(child.pid, 'SIGTERM');
  setTimeout(() => signalGroup(child.pid ?? 0, 'SIGKILL'), PATIENCE_MS);
}

process.once('disconnect', end);
process.once('SIGTERM', end);
process.once('SIGINT', end);
process.once('SIGHUP', end);
