/** When a person wants their day to begin: as settings, and as a plain list of times and days that says the same. */
import type { DailySettings } from '#shared/protocol/daily.ts';
import { dateAfter, firstMinute, wallText, weekdayOf } from './wall.ts';

export interface Rule {
  settings: Pick<DailySettings, 'start' | 'days' | 'cron'>;
  times: readonly string[];
  on: (date: string) => boolean;
}

const everyDay = [0, 1, 2, 3, 4, 5, 6];
const two = (value: number): string => String(value).padStart(2, '0');
const isWorkday = (date: string) => weekdayOf(date) % 6 !== 0;
const always = () => true;

export const daily = (time: string): Rule => ({
  settings: { start: time, days: everyDay, cron: null },
  times: [time],
  on: always,
});

/** Half of all starts are in the hours in which clocks are changed. */
function anyTime(random: () => number): string {
  const minute = random() < 0.5 ? random() * 211 : random() * 1_440;
  return `${two(Math.floor(minute / 60))}:${two(Math.floor(minute) % 60)}`;
}

/** A rule of any kind: every day, some weekdays, or a cron pattern. */
export function anyRule(random: () => number): Rule {
  const time = anyTime(random);
  const [hour, minute] = [Number(time.slice(0, 2)), Number(time.slice(3))];
  const dice = random();
  const cron = (text: string, on: Rule['on'], times: readonly string[] = [time]): Rule => ({
    settings: { start: '08:00', days: [1], cron: text },
    times,
    on,
  });
  if (dice < 0.4) return daily(time);
  if (dice < 0.6) {
    const days = everyDay.filter(() => random() < 0.7);
    const some = days.length === 0 ? [2] : days;
    return {
      settings: { start: time, days: some, cron: null },
      times: [time],
      on: (date) => some.includes(weekdayOf(date)),
    };
  }
  if (dice < 0.7) return cron(`${minute} ${hour} * * 1-5`, isWorkday);
  if (dice < 0.8) return cron(`${minute} ${hour} */2 * *`, (date) => Number(date.slice(8)) % 2 === 1);
  // Twice a day: only the first of a day begins a run.
  const later = (hour + 1 + Math.floor(random() * 10)) % 24;
  return cron(`${minute} ${Math.min(hour, later)},${Math.max(hour, later)} * * *`, always, [
    time,
    `${two(later)}:${two(minute)}`,
  ]);
}

/** From when on a rule holds in a zone. */
export interface Holds {
  from: number;
  zone: string;
  rule: Rule;
}

/** What must have begun by the end: each day its first due time under the rule that held then. */
export function expectedStarts(history: readonly Holds[], end: number): Map<string, number> {
  const starts = new Map<string, number>();
  for (const [at, { from, zone, rule }] of history.entries()) {
    const until = history[at + 1]?.from ?? end;
    const last = wallText(zone, until).slice(0, 10);
    const due: Array<{ date: string; at: number }> = [];
    for (let date = wallText(zone, from).slice(0, 10); date <= last; date = dateAfter(date))
      if (rule.on(date)) for (const time of rule.times) due.push({ date, at: firstMinute(zone, date, time) });
    for (const each of due.toSorted((a, b) => a.at - b.at)) {
      // A day that the zone skips has no minute of its own: its time falls into the next one.
      const date = wallText(zone, each.at).slice(0, 10);
      if (each.at > from && each.at <= until && !starts.has(date)) starts.set(date, each.at);
    }
  }
  return starts;
}
