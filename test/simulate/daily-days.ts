/** Days of many people: their timer decides when a run begins, the process is away at times, and each day is played. */
import { startsDue, nextStart, localDate } from '#shared/core/daily/start-time.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import type { DailySettings } from '#shared/protocol/daily.ts';
import { DayPlay, idOf, randomOf, Trouble } from './daily-play.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export interface Totals {
  days: number;
  reports: number;
  late: number;
  nothingRan: number;
  decisions: number;
  tasks: number;
  completed: number;
  failed: number;
}

export const noTotals = (): Totals => ({
  days: 0,
  reports: 0,
  late: 0,
  nothingRan: 0,
  decisions: 0,
  tasks: 0,
  completed: 0,
  failed: 0,
});

/** The process is away over the start, a checkpoint or the deadline, for a while or for more than the window. */
function downtime(startsAt: number, random: () => number): Array<readonly [number, number]> {
  if (random() < 0.6) return [];
  const around = [startsAt, startsAt + 15 * MINUTE, startsAt + 180 * MINUTE, startsAt + 90 * MINUTE];
  const middle = around[Math.floor(random() * around.length)] ?? startsAt;
  const length = random() < 0.2 ? 5 * HOUR : random() * 40 * MINUTE;
  const from = middle - Math.round(random() * length);
  return [[from, from + Math.round(length)]];
}

const problem = (zone: string, date: string, text: string): never => {
  throw new Trouble(`${zone} ${date}: ${text}`);
};

/** Plays `count` days of one person; throws at the first that is not as it must be. */
export function playDays(zone: string, from: number, count: number, seed: number, totals: Totals): void {
  const random = randomOf(seed);
  const start = `${String(Math.floor(random() * 24)).padStart(2, '0')}:${random() < 0.5 ? '00' : '30'}`;
  const settings: DailySettings = {
    ...usualSettings,
    enabled: true,
    start,
    days: [0, 1, 2, 3, 4, 5, 6],
    nodMinutes: random() < 0.2 ? 10 : null,
    categories: [
      { name: 'forbidden', rule: 'forbid', costLimit: null },
      { name: 'ask', rule: 'approve', costLimit: null },
    ],
  };
  const dates = new Set<string>();
  let next = nextStart(settings, zone, from);
  for (let day = 0; day < count; day += 1) {
    if (next === null) problem(zone, String(day), 'there is no next start');
    const due = next ?? from;
    const down = downtime(due, random);
    const rings = down.find(([since, until]) => due >= since && due < until)?.[1] ?? due;
    const { starts, next: after } = startsDue(settings, zone, due, rings);
    next = after;
    for (const { date, startsAt } of starts) {
      if (dates.has(date)) problem(zone, date, 'a day has two runs');
      dates.add(date);
      playOne({ zone, date, startsAt, settings, down, seed: seed * 1_000 + day }, totals);
    }
  }
  // Every day of the wall between the first and the last has had its run.
  const known = [...dates].toSorted();
  const [first, last] = [known[0] ?? '', known.at(-1) ?? ''];
  const all = (Date.parse(last) - Date.parse(first)) / (24 * HOUR) + 1;
  if (all !== known.length) problem(zone, last, `${all - known.length} days without a run`);
}

function playOne(
  given: {
    zone: string;
    date: string;
    startsAt: number;
    settings: DailySettings;
    down: Array<readonly [number, number]>;
    seed: number;
  },
  totals: Totals,
): void {
  const { zone, date, startsAt, settings, down, seed } = given;
  if (localDate(zone, startsAt) !== date) problem(zone, date, 'not its day');
  const play = new DayPlay(
    {
      id: idOf(1),
      ownerId: idOf(2),
      trigger: 'scheduled',
      date,
      timezone: zone,
      settings,
      timeScale: 1,
      startsAt,
      carried: [],
      brief: '',
    },
    seed,
    down,
  );
  const { state, reports, reportedAt, openedAt, decisions } = play.run();
  const away = (at: number) => down.some(([since, until]) => at >= since && at < until);
  if (reports !== 1) problem(zone, date, `${reports} reports`);
  if (!away(startsAt) && openedAt - startsAt > SECOND) problem(zone, date, 'began late');
  const wasAway = down.some(([since, until]) => since <= state.endsAt + MINUTE && until > state.endsAt);
  if (!wasAway && reportedAt - state.endsAt > MINUTE) problem(zone, date, 'the report is late');
  const isLate = openedAt - startsAt >= MINUTE;
  const text = state.report?.text ?? '';
  if (isLate && !/late, at|Nothing ran/.test(text)) problem(zone, date, 'does not say that it began late');
  if (openedAt >= state.warnAt && !text.includes('Nothing ran')) problem(zone, date, 'does not say why');
  if (openedAt < state.warnAt && text.includes('Nothing ran')) problem(zone, date, 'says that nothing ran');
  if (state.tasks.some((task) => (task.assignedTo ?? state.leadId) === '')) problem(zone, date, 'no owner');
  totals.days += 1;
  totals.reports += reports;
  totals.late += isLate ? 1 : 0;
  totals.nothingRan += text.includes('Nothing ran') ? 1 : 0;
  totals.decisions += decisions;
  totals.tasks += state.tasks.length;
  totals.completed += state.tasks.filter(({ status }) => status === 'completed').length;
  totals.failed += state.tasks.filter(({ status }) => status === 'failed').length;
}
