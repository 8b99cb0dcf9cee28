/**
 * What a cron pattern means where clocks change, word for word as it was decided and without a line of the product: the
 * wall is looked at minute by minute, by `Intl` alone.
 *
 * - fixed hours: a time that is skipped counts at the first minute after the gap; one that comes twice counts once, the first
 *   time
 * - every hour: each minute that the wall shows counts, as often as it shows it
 */
import { dateAfter, wallText, weekdayOf } from './wall.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HORIZON_DAYS = 3_700;

/** A due time: named by the wall, moved out of a gap, or the first of two minutes that look the same. */
export interface Due {
  at: number;
  how: 'named' | 'after a gap' | 'first of two';
}

type Field = (value: number) => boolean;

/** A star, a number, a step, a range or a list: what is drawn. */
function fieldOf(text: string, least: number): Field {
  if (text === '*') return () => true;
  if (text.startsWith('*/')) return (value) => (value - least) % Number(text.slice(2)) === 0;
  const parts = text.split(',').map((part) => part.split('-').map(Number));
  return (value) => parts.some(([from = -1, to = from]) => value >= from && value <= to);
}

interface Rule {
  everyHour: boolean;
  isDay: (date: string) => boolean;
  /** Minutes since midnight. */
  isTime: (minutes: number) => boolean;
}

function ruleOf(text: string): Rule {
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = text.split(' ');
  const [minute, hour, day, month, weekday] = [
    fieldOf(minutes, 0),
    fieldOf(hours, 0),
    fieldOf(days, 1),
    fieldOf(months, 1),
    fieldOf(weekdays, 0),
  ];
  // As in crontab(5): a day of the month or a weekday, where both are named. A step over all of them names some.
  const either = days !== '*' && weekdays !== '*';
  return {
    everyHour: Array.from({ length: 24 }, (_, each) => hour(each)).every(Boolean),
    isDay(date) {
      const [isDay, isWeekday] = [day(Number(date.slice(8))), weekday(weekdayOf(date))];
      return month(Number(date.slice(5, 7))) && (either ? isDay || isWeekday : isDay && isWeekday);
    },
    isTime: (minutes) => hour(Math.floor(minutes / 60)) && minute(minutes % 60),
  };
}

/** The time on a wall as a number, as if it were UTC; the day and the minute of it. */
const numberOf = (wall: string) => Date.parse(`${wall.replace(' ', 'T')}Z`);
const midnightOf = (date: string) => numberOf(`${date} 00:00`);
const dateOf = (wall: number) => new Date(wall).toISOString().slice(0, 10);
const minuteOf = (wall: number) => (wall % DAY) / MINUTE;
const wallOf = (zone: string, at: number) => numberOf(wallText(zone, at));

/** What the wall shows in each minute around a day, the first of them being at `from`. */
interface Walls {
  from: number;
  shown: number[];
}

const kept = new Map<string, Walls>();

/** Kept by zone and day: many patterns are held against the same change. */
function wallsAround(zone: string, date: string): Walls {
  const key = `${zone} ${date}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const from = midnightOf(date) - 15 * HOUR;
  const minutes = Array.from({ length: (54 * HOUR) / MINUTE }, (_, minute) => from + minute * MINUTE);
  const walls = { from, shown: minutes.map((at) => wallOf(zone, at)) };
  kept.set(key, walls);
  return walls;
}

/** The due times of a day of the wall, by looking at each of its minutes. */
function looked({ everyHour, isTime }: Rule, zone: string, date: string): Due[] {
  const { from, shown } = wallsAround(zone, date);
  const midnight = midnightOf(date);
  const isNamed = (wall: number) => wall >= midnight && wall < midnight + DAY && isTime(minuteOf(wall));
  const due: Due[] = [];
  const seen = new Map<number, Due | null>();
  let latest = shown[0] ?? 0;
  for (const [minute, wall] of shown.entries()) {
    const at = from + minute * MINUTE;
    const add = (how: Due['how']): Due => {
      const last = due.at(-1);
      if (last?.at === at) return last;
      const added = { at, how };
      due.push(added);
      return added;
    };
    const known = seen.get(wall);
    if (known === undefined) {
      for (let gap = latest + MINUTE; gap < wall; gap += MINUTE)
        if (!everyHour && isNamed(gap)) add('after a gap');
      seen.set(wall, isNamed(wall) ? add('named') : null);
    } else if (everyHour && isNamed(wall)) add('named');
    else if (known?.how === 'named') known.how = 'first of two';
    latest = Math.max(latest, wall);
  }
  return due;
}

/** The same of a day in which clocks do not change. */
function counted({ isTime }: Rule, zone: string, date: string): Due[] {
  const midnight = midnightOf(date);
  const ahead = wallOf(zone, midnight) - midnight;
  return Array.from({ length: DAY / MINUTE }, (_, minute) => minute)
    .filter(isTime)
    .map((minute) => ({ at: midnight + minute * MINUTE - ahead, how: 'named' }));
}

/** Whether clocks change on a day of the wall, or around it. */
export function changes(zone: string, date: string): boolean {
  const noon = midnightOf(date) + 12 * HOUR;
  const aheadAt = (at: number) => wallOf(zone, at) - at;
  return aheadAt(noon - 1.5 * DAY) !== aheadAt(noon + 1.5 * DAY);
}

/** All due times of a day of the wall. */
export function dueOn(text: string, zone: string, date: string): Due[] {
  const rule = ruleOf(text);
  if (!rule.isDay(date)) return [];
  return changes(zone, date) ? looked(rule, zone, date) : counted(rule, zone, date);
}

/** Whether the wall showed this minute before. */
export function isSecondTime(zone: string, at: number): boolean {
  const { from, shown } = wallsAround(zone, wallText(zone, at).slice(0, 10));
  return shown.indexOf(wallOf(zone, at)) < (at - from) / MINUTE;
}

/** Whether a pattern names what the wall would show at an instant after a change, had it not changed. */
export function isNamedByOldWall(text: string, zone: string, change: number, at: number): boolean {
  const wall = wallOf(zone, change - MINUTE) + MINUTE + at - change;
  const { isDay, isTime } = ruleOf(text);
  return isDay(dateOf(wall)) && isTime(minuteOf(wall));
}

/** Whether a pattern fires in every hour of its days, and so follows real time. */
export const isOverEveryHour = (text: string): boolean => ruleOf(text).everyHour;

/** The first due time after an instant; null when there is none in ten years. */
export function expectedNext(text: string, zone: string, after: number): Due | null {
  let date = dateAfter(wallText(zone, after).slice(0, 10), -1);
  const { isDay } = ruleOf(text);
  for (let days = 0; days < HORIZON_DAYS; days += 1) {
    const found = isDay(date) ? dueOn(text, zone, date).find(({ at }) => at > after) : undefined;
    if (found !== undefined) return found;
    date = dateAfter(date);
  }
  return null;
}
