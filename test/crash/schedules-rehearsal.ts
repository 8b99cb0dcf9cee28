/** A rehearsal: nothing that writes happens, however it ends, and it never comes back as a real run. */
import { resultsIn } from './outcomes.ts';
import type { Event } from '#shared/protocol/events.ts';
import { type Run, RunTrace } from '#shared/protocol/run.ts';
import type { Last, Play } from './schedules-play.ts';
import { untilIdle } from './schedules-steps.ts';
import { counted } from './tally.ts';
import type { Effect } from './visitor.ts';

export const isRehearsal = ({ trigger }: Run): boolean => trigger.source?.rehearsal === true;

export async function reachRehearsal(play: Play): Promise<Last | null> {
  const { step, ms } = play.point;
  if (step.at === 'sent') return { ms, do: () => play.rehearse() };
  if (step.at === 'answered') return { do: () => play.rehearse() };
  if (step.at === 'settled') {
    await play.rehearse();
    await untilIdle(play);
    return null;
  }
  await play.hold(play.words.run);
  await play.rehearse();
  const first = await play.held(play.words.run);
  if (step.at === 'next step') {
    // Its calls are left out at once: the next request has to be waited for before this one is let go.
    await play.hold(play.words.run);
    await play.visitor.model({ action: 'release', id: first });
    await play.until('the next request', async () =>
      (await play.visitor.asked(play.words.run)).some(
        ({ id, held, outcome }) => id > first && held && outcome === 'running',
      ),
    );
  }
  return null;
}

export async function judgeRehearsal(
  play: Play,
  runs: ReadonlyArray<Run>,
  events: ReadonlyArray<Event>,
  effects: ReadonlyArray<Effect>,
): Promise<string[]> {
  const [run] = runs;
  if (run === undefined) return ['lost: the rehearsal'];
  const report = RunTrace.parse(await play.call('GET', `/runs/${run.id}`)).rehearsal;
  const left = resultsIn(events).map(({ outcome }) => outcome);
  return [
    ...counted('rehearsals', runs.filter(isRehearsal).length, 1),
    ...counted('real runs', runs.length - runs.filter(isRehearsal).length, 0),
    ...(effects.length > 0 ? [`double: a rehearsal did ${effects.map(({ tool }) => tool).join(', ')}`] : []),
    ...(left.every((outcome) => outcome === 'denied') ? [] : [`its calls are told as ${left.join(', ')}`]),
    // Broken off it may have left out less; it says so itself.
    ...(run.outcome === 'completed' ? counted('calls that were left out', report?.calls.length ?? 0, 2) : []),
    ...(run.outcome === 'completed' || run.code === 'interrupted'
      ? []
      : [`it is ${run.outcome} (${run.code})`]),
  ];
}
