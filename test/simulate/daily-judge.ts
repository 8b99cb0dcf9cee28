/** Whether a day that was played is as it must be, by what the person sees of it; and the sums of all of them. */
import { shownTask } from '#shared/core/daily/shown.ts';
import { type Away, backAt, readyFor } from './away.ts';
import { Trouble } from './daily-check.ts';
import type { Opened } from './daily-person.ts';
import type { DayOutcome } from './daily-play.ts';
import { wallText } from './wall.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const noTotals = () => ({
  spans: 0,
  days: 0,
  reports: 0,
  /** Days that began at a time that is skipped, or comes twice. */
  forward: 0,
  backward: 0,
  saved: 0,
  moved: 0,
  /** What the process was away over. */
  awayAtStart: 0,
  awayAtCheckpoint: 0,
  awayAtDeadline: 0,
  late: 0,
  nothingRan: 0,
  ended: 0,
  decisions: 0,
  moves: 0,
  tasks: 0,
  completed: 0,
  failed: 0,
  inProgress: 0,
  notStarted: 0,
  cancelled: 0,
});
export type Totals = ReturnType<typeof noTotals>;

const isOver = (away: Away, at: number): boolean => backAt(away, at) !== at;

const heading: Readonly<Record<string, RegExp>> = {
  completed: /^✅ COMPLETED \((\d+) /m,
  inProgress: /^🔄 IN PROGRESS \((\d+) /m,
  failed: /^❌ FAILED \((\d+) /m,
  notStarted: /^⏸️ NOT STARTED \((\d+) /m,
};

/** The numbers that the report's own words give. */
function numbersOf(text: string): Record<string, number> {
  const counts = Object.entries(heading).map(([name, words]): [string, number] => [
    name,
    Number(words.exec(text)?.[1] ?? 0),
  ]);
  return Object.fromEntries([
    ...counts,
    ['generated', Number(/^- Total Generated: (\d+)$/m.exec(text)?.[1] ?? -1)],
  ]);
}

/** Throws at the first thing that is not as it must be; else adds to the sums. */
export function judgeDay(
  outcome: DayOutcome,
  given: { opening: Opened; now: number; away: Away },
  totals: Totals,
): void {
  const { state, reports, reportedAt, stoppedAt, stoppedByPerson, checkpoints, atReport, made } = outcome;
  const { opening, now: openedAt, away } = given;
  const { startsAt, timezone: zone, settings } = opening;
  const expect = (holds: boolean, text: string) => {
    if (!holds) throw new Trouble(`${zone} ${opening.date}: ${text}`);
  };
  const endsAt = startsAt + settings.windowMinutes * MINUTE;
  const within = (at: number, due: number, most: number) => {
    const late = at - readyFor(away, due, at);
    return late >= 0 && late <= most;
  };
  expect(wallText(zone, startsAt).startsWith(opening.date), 'not its day');
  expect(within(openedAt, startsAt, SECOND) && state.startedAt === openedAt, 'began late');
  const tooLate = openedAt >= endsAt - Math.min(5, settings.windowMinutes / 3) * MINUTE;
  if (tooLate) expect(stoppedAt === openedAt, 'began something although it was too late');
  else if (stoppedByPerson) expect(stoppedAt < endsAt, 'ended by the person after its end');
  else expect(within(stoppedAt, endsAt, SECOND), `ended ${stoppedAt - endsAt} ms after its end`);
  expect(within(reportedAt, stoppedAt, MINUTE), 'the report is late');
  expect(reports === 1, `${reports} reports`);

  // Each checkpoint came, or one for all that were missed as soon as the process was there again.
  const warnAt = endsAt - Math.min(5, settings.windowMinutes / 3) * MINUTE;
  let missed = false;
  for (let at = startsAt + 15 * MINUTE; at < (stoppedByPerson ? 0 : warnAt); at += 15 * MINUTE) {
    const looksAt = backAt(away, at);
    if (at <= openedAt || looksAt >= warnAt - SECOND) continue;
    missed ||= looksAt > at;
    const looked = checkpoints.some((each) => each >= looksAt && each - looksAt <= SECOND);
    expect(looked, `no checkpoint at ${wallText(zone, looksAt)}`);
  }

  const text = state.report?.text ?? '';
  const late = Math.round((openedAt - startsAt) / MINUTE);
  const clock = (at: number) => wallText(zone, at).slice(11);
  const isLate = openedAt - startsAt >= MINUTE;
  expect(isLate === /^Started \d+ min late/m.test(text), 'says wrongly whether it began late');
  if (isLate)
    expect(
      text.includes(`Started ${late} min late, at ${clock(openedAt)}.`),
      'says wrongly how late it began',
    );
  const why = `Nothing ran: the app was not there from ${clock(startsAt)} until ${clock(openedAt)}`;
  expect(tooLate ? text.includes(why) : !text.includes('Nothing ran'), 'says wrongly whether anything ran');

  // The words of the report against the board as it was then.
  const said = numbersOf(text);
  const count = (...statuses: string[]) => atReport.filter(({ status }) => statuses.includes(status)).length;
  const wanted = {
    completed: count('completed'),
    inProgress: count('in_progress'),
    failed: count('failed'),
    notStarted: count('pending', 'generated'),
  };
  for (const [name, value] of Object.entries(wanted))
    expect(said[name] === value, `the report says ${said[name]} ${name} of ${value}`);
  expect(
    said['generated'] === atReport.length - count('cancelled'),
    'the numbers of the report do not add up',
  );

  // Whoever answers for a task is a conversation that there is; the person, where not even the lead came to be.
  for (const task of state.tasks) {
    const { owner } = shownTask(task, state, state.endedAt ?? 0);
    const isTheirs = owner === opening.ownerId && !made.has(state.leadId);
    expect(
      owner !== null && (made.has(owner) || isTheirs),
      `"${task.title}" (${task.status}) belongs to nobody`,
    );
  }

  totals.days += 1;
  totals.reports += reports;
  totals.awayAtStart += isOver(away, startsAt) ? 1 : 0;
  totals.awayAtDeadline += isOver(away, endsAt) ? 1 : 0;
  totals.awayAtCheckpoint += missed ? 1 : 0;
  totals.late += isLate ? 1 : 0;
  totals.nothingRan += tooLate ? 1 : 0;
  totals.ended += stoppedByPerson ? 1 : 0;
  totals.decisions += outcome.decisions;
  totals.moves += outcome.moves;
  totals.tasks += state.tasks.length;
  totals.completed += state.tasks.filter(({ status }) => status === 'completed').length;
  totals.failed += state.tasks.filter(({ status }) => status === 'failed').length;
  totals.inProgress += state.tasks.filter(({ status }) => status === 'in_progress').length;
  totals.notStarted += state.tasks.filter(
    ({ status }) => status === 'pending' || status === 'generated',
  ).length;
  totals.cancelled += state.tasks.filter(({ status }) => status === 'cancelled').length;
}
