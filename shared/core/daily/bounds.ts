/** How much a board holds: its state is one row of SQLite, which takes two million bytes at most. */
import type { Evidence } from '#shared/protocol/daily.ts';
import type { DailyInput, Decision } from './input.ts';
import type { MemoryState, RunState } from './run-state.ts';

/** Bytes of the shared memory, of all results together, and of the whole board before the app's own words. */
const MEMORY = 256_000;
const RESULTS = 512_000;
const BOARD = 1_300_000;

/** As JSON in UTF-8: what the row takes. */
const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

const thousands = (bytes: number): string => `${Math.round(bytes / 1_000)} KB`;

/** Why a value does not go into the shared memory; null when it does. */
export const memoryFull = (rows: ReadonlyArray<MemoryState>): string | null =>
  bytesOf(rows) > MEMORY
    ? `Not kept: the shared memory holds ${thousands(MEMORY)} in all. Write a shorter value, or a file, or replace keys that nobody needs.`
    : null;

/** Why a result is not taken; null when it is. */
export function resultsFull(
  { tasks }: Pick<RunState, 'tasks'>,
  made: { output: string; evidence: ReadonlyArray<Evidence> },
): string | null {
  const kept = tasks
    .filter(({ output }) => output !== null)
    .map(({ output, evidence }) => ({ output, evidence }));
  return bytesOf([...kept, made]) > RESULTS
    ? `Not noted: the results of this run hold ${thousands(RESULTS)} in all. Report in a few lines, and put the rest into a file.`
    : null;
}

/** Inputs that bring words of others onto the board. What ends a task never has to wait for room. */
const bringing: ReadonlySet<DailyInput['type']> = new Set([
  'create_tasks',
  'revise_task',
  'spawn',
  'remember',
  'complete',
  'user_add',
  'user_change',
]);

/** Refuses a decision that would fill the row: a commit that fails would cost the run its report. */
export const withinBounds = (type: DailyInput['type'], decided: Decision): Decision =>
  decided.ok && bringing.has(type) && bytesOf(decided.state) > BOARD
    ? { ok: false, code: 'limit_reached', detail: 'Not done: the board is full. Say it in fewer words.' }
    : decided;
