/** What the person is told of their runs in the list of notifications, each once, also where the process died before it was. */
import type { Run } from '#shared/protocol/run.ts';
import type { Occurrence } from '#shared/protocol/schedule.ts';
import type { Play } from './schedules-play.ts';
import { isRehearsal } from './schedules-rehearsal.ts';

/** They are delivered after the commit that they tell of. */
const TOLD_MS = 20_000;
const kinds: ReadonlyArray<string> = ['result', 'failure', 'missed'];

/** One line for each end of a run by schedule, and one if due times were missed. */
function toBeTold(runs: ReadonlyArray<Run>, receipts: ReadonlyArray<Occurrence>): string[] {
  const ends = runs
    .filter((run) => run.trigger.type === 'schedule' && !isRehearsal(run))
    .map(({ outcome, code }) => `${/^(failed|expired)$/.test(outcome ?? '') ? 'failure' : 'result'} ${code}`);
  // Those that were missed together are told together.
  const missed = new Set(receipts.flatMap(({ status, reason }) => (status === 'missed' ? [reason] : [])));
  return [...ends, ...[...missed].map((reason) => `missed ${reason}`)].toSorted();
}

/** What of the one list is not in the other, each line as often as it is missing. */
function without(list: ReadonlyArray<string>, other: ReadonlyArray<string>): string[] {
  const left = [...other];
  return list.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

export async function judgeTold(
  play: Play,
  runs: ReadonlyArray<Run>,
  receipts: ReadonlyArray<Occurrence>,
): Promise<string[]> {
  const wanted = toBeTold(runs, receipts);
  let told: string[] = [];
  const look = async () => {
    const all = await play.notifications();
    told = all.filter(({ kind }) => kinds.includes(kind)).map(({ kind, code }) => `${kind} ${code}`);
    return without(wanted, told).length === 0;
  };
  // What is missing in the end is told below.
  await play.until('the notifications', look, TOLD_MS).catch(() => {});
  return [
    ...without(wanted, told).map(
      (line) => `${/unknown/.test(line) ? 'hidden' : 'lost'}: nobody is told: ${line}`,
    ),
    ...without(told, wanted).map((line) => `double: told once more: ${line}`),
  ];
}
