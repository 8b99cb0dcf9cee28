/**
 * Ending processes that were recorded earlier: ask, wait a little, then insist, and only ever the very process that
 * was written down (see identity.ts).
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './identity.ts';

const POLL_MS = 25;

/** Sends a signal if, and only if, this is still the recorded process. Answers whether it was there. */
export function signalIfSame(recorded: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(recorded)) return false;
  try {
    process.kill(recorded.pid, signal);
    return true;
  } catch {
    return false; // it ended in between, or belongs to somebody else
  }
}

/** Sends a signal to a whole process group by its leader's id; a group that is gone is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // nobody is left in it
  }
}

/** Waits until the recorded process is gone. Answers false when it still lives after `timeoutMs`. */
export async function waitForEnd(recorded: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; isAlive(recorded); await delay(POLL_MS)) {
    if (Date.now() > end) return false;
  }
  return true;
}

/** Ends a recorded process: `first` signal, `patienceMs` to obey it, then SIGKILL. Answers false when it was gone already. */
export async function endProcess(
  recorded: ProcessIdentity,
  first: NodeJS.Signals,
  patienceMs: number,
): Promise<boolean> {
  if (!signalIfSame(recorded, first)) return false;
  if (!(await waitForEnd(recorded, patienceMs))) {
    signalIfSame(recorded, 'SIGKILL');
    await waitForEnd(recorded, 2000);
  }
  return true;
}
