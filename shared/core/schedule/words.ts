/** A rule in words: short for what is common, cronstrue's for the rest. */
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { sayCron } from './cron.ts';
import { instantAt } from './next-fire.ts';
import { canonicalZone } from './time-zone.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const units: ReadonlyArray<[name: string, seconds: number]> = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** By zone: one is dear to make, some ten kilobytes and a hundred microseconds, and every look at a schedule needs it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(name: string): Intl.DateTimeFormat {
  const zone = canonicalZone(name);
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, format);
  return format;
}

/** A time on the wall of a zone, as "Fri 27 Nov 2026, 15:00". */
export function localTime(at: number, zone: string): string {
  const format = formatOf(zone);
  const part = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return `${part['weekday']} ${part['day']} ${part['month']} ${part['year']}, ${part['hour']}:${part['minute']}`;
}

/** "5 minutes", "hour", "90 seconds". */
function stepWords(seconds: number): string {
  const [name, size] = units.find(([, each]) => seconds % each === 0) ?? ['second', 1];
  const count = seconds / size;
  return count === 1 ? name : `${count} ${name}s`;
}

const list = (words: ReadonlyArray<string>): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** The days of a field of plain numbers; null for anything else. */
function weekdays(field: string): string | null {
  if (field === '*') return 'every day';
  if (/^(1-5|MON-FRI)$/.test(field)) return 'every weekday';
  if (/^(0,6|6,0|6-7|SAT,SUN)$/.test(field)) return 'every Saturday and Sunday';
  if (!/^[0-7](,[0-7])*$/.test(field)) return null;
  const numbers = [...new Set(field.split(',').map((each) => Number(each) % 7))];
  // The week begins on Monday.
  const sorted = numbers.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return `every ${list(sorted.map((number) => days[number] ?? ''))}`;
}

/** At fixed times of day on days of the week. */
function plain(cron: string): string | null {
  const [minute = '', hour = '', day, month, weekday = ''] = cron.split(' ');
  if (day !== '*' || month !== '*') return null;
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === '*' && weekday === '*') {
    if (minute === '*') return 'every minute';
    if (minute === '0') return 'every hour';
    if (step !== undefined && 60 % Number(step) === 0) return `every ${stepWords(Number(step) * 60)}`;
  }
  const when = weekdays(weekday);
  if (when === null || !/^\d+$/.test(minute) || !/^\d+(,\d+)*$/.test(hour)) return null;
  const times = hour.split(',').map((each) => `${each.padStart(2, '0')}:${minute.padStart(2, '0')}`);
  return `${when} at ${list(times)}`;
}

/** What cannot be said is shown as it was written: a schedule that stands must always be readable. */
function cronWords(cron: string): string {
  return plain(cron) ?? sayCron(cron) ?? `by the pattern ${cron}`;
}

/**
 * A rule in English, as "every weekday at 08:00" or "once on Fri 27 Nov 2026, 15:00".
 * @param zone IANA name
 */
export function ruleWords(rule: ScheduleRule, zone: string): string {
  switch (rule.type) {
    case 'cron':
      return cronWords(rule.cron);
    case 'every':
      return `every ${stepWords(rule.seconds)}`;
    case 'once':
      return `once on ${localTime(instantAt(rule.at, zone), zone)}`;
    case 'immediate':
      return 'at once';
    default:
      return rule satisfies never;
  }
}
