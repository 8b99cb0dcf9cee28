/**
 * Days of many people: their own timer decides when a run begins, the process is away at times, settings and zones change
 * in between, and each day is played. When each day had to begin is reckoned apart from it, by the wall alone.
 */
import { usualSettings } from '#shared/core/daily/window.ts';
import type { DailySettings } from '#shared/protocol/daily.ts';
import { type Away, backAt } from './away.ts';
import { Trouble } from './daily-check.ts';
import { judgeDay, noTotals, type Totals } from './daily-judge.ts';
import { type Opened, Person } from './daily-person.ts';
import { DayPlay } from './daily-play.ts';
import { anyRule, daily, expectedStarts, type Holds, type Rule } from './daily-rules.ts';
import { randomOf } from './random.ts';
import { type Change, changesOf, wallText } from './wall.ts';

export { noTotals, type Totals };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Some days of one person. */
export interface Span {
  zone: string;
  from: number;
  days: number;
  seed: number;
  /** A change of the clock in the middle, at whose skipped or repeated time the day begins. */
  around?: Change;
  /** Where the person may move to. */
  zones: readonly string[];
}

/** Around every change of the clock in the time, and so many times some days from anywhere in it. */
export function spansOf(
  zone: string,
  time: readonly [number, number],
  random: () => number,
  zones: readonly string[],
): Span[] {
  const [from, until] = time;
  const seed = () => Math.floor(random() * 1e9);
  const changes = changesOf(zone, from, until);
  const around = changes.map((change) => ({
    zone,
    from: change.at - 2.5 * DAY,
    days: 4,
    seed: seed(),
    around: change,
    zones,
  }));
  const length = changes.length === 0 ? 13 : 8;
  const anywhere = [0, 1].map(() => ({
    zone,
    from: from + Math.floor((random() * (until - from)) / MINUTE) * MINUTE,
    days: length,
    seed: seed(),
    zones,
  }));
  return [...around, ...anywhere];
}

/** The process is away over the start, a checkpoint or the deadline of a day that is due: for minutes, or for days. */
function goAway(due: number, windowMinutes: number, now: number, random: () => number): Away {
  if (random() < 0.5) return [];
  // Back just before the end: too late to begin, or just in time.
  if (random() < 0.1)
    return [[Math.max(now + 1, due - MINUTE), due + Math.round((windowMinutes - random() * 10) * MINUTE)]];
  const checkpoint = 15 * (1 + Math.floor((random() * windowMinutes) / 15)) * MINUTE;
  const around = [due, due + checkpoint, due + windowMinutes * MINUTE];
  const middle = around[Math.floor(random() * around.length)] ?? due;
  const dice = random();
  const length =
    dice < 0.75 ? (1 + random() * 40) * MINUTE : dice < 0.9 ? 5 * HOUR : (26 + random() * 24) * HOUR;
  const from = Math.max(now + 1, middle - Math.round(random() * Math.min(length, 6 * HOUR)));
  return [[from, from + Math.round(length)]];
}

function settingsOf(rule: Rule, timezone: string | null, random: () => number): DailySettings {
  return {
    ...usualSettings,
    ...rule.settings,
    timezone,
    enabled: true,
    windowMinutes: [60, 180, 180, 180, 220][Math.floor(random() * 5)] ?? 180,
    nodMinutes: random() < 0.2 ? 10 : null,
    categories: [
      { name: 'forbidden', rule: 'forbid', costLimit: null },
      { name: 'ask', rule: 'approve', costLimit: null },
    ],
  };
}

const momentsOf = (count: number, from: number, until: number, random: () => number): number[] =>
  Array.from({ length: count }, () => from + Math.round(random() * (until - from))).toSorted((a, b) => a - b);

/** Plays the days of one person; throws at the first that is not as it must be. */
export async function playSpan(span: Span, totals: Totals): Promise<void> {
  const { from, days, around, zones } = span;
  const random = randomOf(span.seed);
  const until = from + days * DAY;
  const away: Array<readonly [number, number]> = [];
  const began = new Map<string, number>();
  const play = (opening: Opened, now: number) => {
    const { date, startsAt } = opening;
    if (began.has(date)) throw new Trouble('a day has two runs');
    began.set(date, startsAt);
    judgeDay(
      new DayPlay(opening, Math.floor(random() * 1e9), { now, away }).run(),
      { opening, now, away },
      totals,
    );
  };
  const person = new Person(span.zone, play);
  const ring = async (now: number): Promise<number> => {
    person.ring(now);
    // Now and then the process dies between the allotting and the opening.
    if (person.owes && random() < 0.04) away.push([now, now + Math.round(random() * 30 * MINUTE)]);
    const there = backAt(away, now);
    await person.deliver(there);
    return (person.daily.nextDue() ?? Infinity) <= there ? await ring(there) : there;
  };

  let home = span.zone;
  let rule = around ? daily(around.inside) : anyRule(random);
  let settings = settingsOf(rule, null, random);
  person.save(settings, from);
  const history: Holds[] = [{ from, zone: home, rule }];
  const changes = around ? [] : momentsOf(Math.floor(random() * 4), from, until, random);
  const again = new Set<number>();
  let now = from;
  let looked = 0;
  for (;;) {
    const due = person.daily.nextDue() ?? Infinity;
    if (due !== looked && due !== Infinity) {
      looked = due;
      if (backAt(away, due) === due) away.push(...goAway(due, settings.windowMinutes, now, random));
    }
    const next = Math.min(due, changes[0] ?? Infinity);
    if (next > until) break;
    // An alarm comes some milliseconds late.
    now = Math.max(now, backAt(away, next)) + Math.floor(random() * 20);
    if ((changes[0] ?? Infinity) > now) {
      const count = began.size;
      now = await ring(now);
      // Some change their mind when the day has begun already: it had better begin in an hour.
      if (!around && began.size > count && random() < 0.1) {
        const at = now + Math.round(random() * HOUR);
        changes.push(at);
        changes.sort((a, b) => a - b);
        again.add(at);
      }
      continue;
    }
    const asked = changes.shift() ?? now;
    // After an absence the alarm may ring before the person is heard, or after: what was due has its run either way.
    if (random() < 0.5) now = await ring(now);
    const to = zones[Math.floor(random() * zones.length)] ?? home;
    const moves = !again.has(asked) && random() < 0.3;
    if (moves) home = to;
    else if (again.has(asked)) {
      rule = daily(wallText(settings.timezone ?? home, now + HOUR).slice(11));
      settings = settingsOf(rule, settings.timezone, random);
    } else {
      if (random() < 0.7) rule = anyRule(random);
      settings = settingsOf(rule, random() < 0.4 ? to : null, random);
    }
    history.push({ from: now, zone: settings.timezone ?? home, rule });
    totals[moves ? 'moved' : 'saved'] += 1;
    if (moves) person.move(to, now);
    else person.save(settings, now);
    now = await ring(now);
  }
  person.end();

  const expected = expectedStarts(history, Math.max(until, now));
  const told = (starts: ReadonlyMap<string, number>) =>
    [...starts]
      .map(([date, at]) => `${date} ${new Date(at).toISOString()}`)
      .toSorted()
      .join(', ');
  if (told(expected) !== told(began))
    throw new Trouble(`begun: ${told(began)}; had to: ${told(expected)}; ${JSON.stringify(history)}`);
  if (around) {
    // What is skipped is the first minute after it; what comes twice is meant the first time.
    const hit = around.forward
      ? [...began.values()].includes(around.at)
      : [...began.values()].some(
          (at) => at < around.at && wallText(span.zone, at) === `${around.dates[0]} ${around.inside}`,
        );
    totals[around.forward ? 'forward' : 'backward'] += hit ? 1 : 0;
  }
  totals.spans += 1;
}
