/**
 * Judges work by schedule when it is over: each due time has its receipt, each that was to run ran once, what happened
 * outside happened once and is told, and what nobody knows is told as that.
 */
import type { Event } from '#shared/protocol/events.ts';
import type { Run } from '#shared/protocol/run.ts';
import type { Occurrence } from '#shared/protocol/schedule.ts';
import { judgeOutcomes, resultsIn, unknownIn } from './outcomes.ts';
import { judgeChange, receiptsOfChange } from './schedules-changes.ts';
import { judgeExpiry } from './schedules-expiry.ts';
import { type Play, tools } from './schedules-play.ts';
import type { Way } from './schedules-points.ts';
import { isRehearsal, judgeRehearsal } from './schedules-rehearsal.ts';
import { judgeShared } from './schedules-shared.ts';
import { judgeTold } from './schedules-told.ts';
import { counted } from './tally.ts';
import type { Effect } from './visitor.ts';

interface Seen {
  play: Play;
  events: ReadonlyArray<Event>;
  runs: ReadonlyArray<Run>;
  receipts: ReadonlyArray<Occurrence>;
  effects: ReadonlyArray<Effect>;
}

export interface Judgement {
  faults: string[];
  /** Calls that say that nobody knows whether they happened. */
  unknown: number;
}

/** The runs of the schedule; those that failed are tried again. */
const bySchedule = (runs: ReadonlyArray<Run>) =>
  runs.filter((run) => run.trigger.type === 'schedule' && !isRehearsal(run));
const worked = (runs: ReadonlyArray<Run>) => bySchedule(runs).filter(({ outcome }) => outcome !== 'failed');

/** One line of a receipt for each of its due times. */
const linesOf = ({ count: times, status, reason }: Occurrence): string[] =>
  Array.from({ length: times }, () => `${status} ${reason}`);

/** What the receipts of each way must say. */
function wanted(play: Play): RegExp {
  const { point } = play;
  switch (point.way) {
    case 'retry':
      // A refusal that was not heard in time was asked for again, and got an answer.
      return /^(ran|late) (tried_again|on_time|was_down)$/;
    case 'run now':
    case 'run now, busy':
      return /^(ran|late) by_hand$/;
    case 'proposal':
    case 'rehearsal':
      return /^$/;
    case 'pause':
    case 'edit':
    case 'removal':
      return receiptsOfChange(play);
    case 'held by a question':
      return /^(ran|late) waiting_for_you$/;
    default:
      return point.policy?.receipts ?? /^(ran|late) (on_time|was_down|was_busy)$/;
  }
}

function judgeReceipts({ play, receipts, runs }: Seen): string[] {
  const lines = receipts.flatMap(linesOf).join(', ');
  const faults = wanted(play).test(lines) ? [] : [`the receipts say: ${lines === '' ? 'nothing' : lines}`];
  for (const { dueAt, status, runId } of receipts) {
    const of = worked(runs).filter(({ trigger }) => trigger.source?.dueAt === dueAt);
    const started = status === 'ran' || status === 'late';
    faults.push(...counted(`runs of ${dueAt}, which is ${status}`, of.length, started ? 1 : 0));
    if (started && of[0] !== undefined && of[0].id !== runId) faults.push('a receipt names another run');
  }
  const due = new Set(receipts.map(({ dueAt }) => dueAt));
  const bare = bySchedule(runs).filter(({ trigger }) => !due.has(trigger.source?.dueAt ?? ''));
  return [...faults, ...counted('runs without a receipt', bare.length, 0)];
}

function judgeCalls({ play, events, effects, runs }: Seen): string[] {
  // What those say is judged by itself.
  if (play.point.way === 'rehearsal') return [];
  const runsThatWorked = worked(runs).length;
  return tools.flatMap((tool) => {
    const told = resultsIn(events).filter(({ name }) => name.endsWith(`__${tool}`));
    const happened = effects.filter((effect) => effect.tool === tool).length;
    const ok = told.filter(({ outcome }) => outcome === 'ok').length;
    const unknown = told.filter(({ outcome }) => outcome === 'unknown').length;
    // It takes a key: made again with it, it is always known.
    const sure = tool === 'write_note' ? counted(`${tool} is told as done`, ok, runsThatWorked) : [];
    return [
      ...counted(`results of ${tool}`, told.length, runsThatWorked),
      ...(happened > runsThatWorked ? [`double: ${tool} happened ${happened} times`] : []),
      ...(ok > happened ? [`lost: ${tool} is told as done and did not happen`] : []),
      ...(happened > ok + unknown ? [`hidden: ${tool} happened and nothing says so`] : []),
      ...sure,
    ];
  });
}

/** What the ledger says of each run against what its log says. */
function judgeRuns({ play, events, runs }: Seen): string[] {
  const begun = new Set(events.flatMap((event) => (event.type === 'turn_started' ? [event.runId] : [])));
  const { way, policy } = play.point;
  // Where it may run over an open question, the answer to that may be taken up by the run that came meanwhile.
  const elsewhere = policy?.given.whileWaiting === 'run' ? ['went_on_elsewhere'] : [];
  const refused = way === 'retry' ? ['model_key_refused'] : [];
  // A rehearsal has done nothing of which the outcome could be unknown.
  const brokenOff = way === 'rehearsal' ? ['interrupted'] : ['outcome_unknown'];
  // Of a run that nobody answered, and whose call nobody knows about, the second is what has to be said.
  const unanswered = unknownIn(events) > 0 ? 'outcome_unknown' : 'question_expired';
  const usual = way === 'expiry' ? [unanswered] : ['completed', ...brokenOff];
  const mayBe = [...usual, ...elsewhere, ...refused];
  const { runId } = play;
  return [
    ...counted('runs of the ledger', runs.length, begun.size),
    ...judgeOutcomes(runs, events),
    ...runs.flatMap(({ status }) => (status === 'ended' ? [] : [`stuck: a run is ${status}`])),
    ...runs.flatMap(({ outcome, code }) =>
      mayBe.includes(code ?? outcome ?? 'none') ? [] : [`a run is ${outcome} (${code})`],
    ),
    ...(unknownIn(events) === 0 && runs.some(({ code }) => code === 'outcome_unknown')
      ? ['a run says that an outcome is unknown, and all are known']
      : []),
    ...(runId === null || runs.some(({ id }) => id === runId) ? [] : ['lost: the run that was answered']),
  ];
}

/** Schedules that are set up on the way, where that is not one. */
const schedulesOf: Partial<Record<Way, number>> = { rehearsal: 0, shared: 2 };

/** A rehearsal says its instruction once, and a run that two schedules share those of both. */
const messagesFor = ({ point }: Play, runs: ReadonlyArray<Run>): number =>
  bySchedule(runs).length * (point.way === 'shared' ? 2 : 1) + runs.filter(isRehearsal).length;

function judgeLog({ play, events, runs }: Seen): string[] {
  const messages = events.filter((event) => event.type === 'message_added' && event.origin === 'schedule');
  const made = events.filter((event) => event.type === 'schedule_changed' && event.change === 'created');
  const proposed = resultsIn(events).filter(({ name }) => name === 'create_schedule');
  const isProposal = play.point.way.startsWith('proposal');
  return [
    ...(events.every(({ seq }, index) => seq === index + 1) ? [] : ['lost: the log has gaps or repeats']),
    ...counted('messages of the schedule', messages.length, messagesFor(play, runs)),
    ...counted('schedules that were set up', made.length, schedulesOf[play.point.way] ?? 1),
    ...counted('results of the proposal', proposed.length, isProposal ? 1 : 0),
    ...(proposed.every(({ outcome }) => outcome === 'ok') ? [] : ['lost: the proposal was not carried out']),
  ];
}

/** Judges a conversation that has come to rest. */
export async function judge(play: Play): Promise<Judgement> {
  const { schedules } = await play.conversation();
  const [events, runs, receipts, effects] = await Promise.all([
    play.events(),
    play.runs(),
    play.receipts(),
    play.visitor.effects(play.space),
  ]);
  const seen = { play, events, runs, receipts, effects };
  const { way } = play.point;
  const left = way === 'removal' ? 0 : (schedulesOf[way] ?? 1);
  const faults = [
    ...counted('schedules', schedules.length, left),
    ...judgeLog(seen),
    ...judgeReceipts(seen),
    ...judgeRuns(seen),
    ...judgeCalls(seen),
    ...judgeChange(play, events, effects),
    ...(way === 'rehearsal' ? await judgeRehearsal(play, runs, events, effects) : []),
    ...(way === 'shared' ? await judgeShared(play, runs, events) : []),
    ...(way === 'expiry' ? judgeExpiry(events) : []),
    ...(await judgeTold(play, runs, receipts)),
  ];
  return { faults, unknown: unknownIn(events) };
}
