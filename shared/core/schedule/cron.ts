/**
 * Cron patterns of five fields. croner reads them and finds the next time on the wall; which instant that is, where clocks
 * are set forward or back, is decided in `next-fire.ts`.
 */
import { Cron } from 'croner';
import cronstrue from 'cronstrue';

/** Patterns that stay parsed. Parsing one takes far longer than asking it. */
const KEPT = 500;

const parsed = new Map<string, Cron>();

/** Nicknames of crontab(5), which croner would take too, as the five fields that they stand for. */
const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** The five fields of what was written, with single spaces; or why it is no pattern. */
export function readCron(text: string): { ok: true; cron: string } | { ok: false; detail: string } {
  const words = text.trim().split(/\s+/);
  const cron = nicknames[text.trim().toLowerCase()] ?? words.join(' ').toUpperCase();
  if (cron.length > 200) return { ok: false, detail: 'A cron pattern has at most 200 characters.' };
  const fields = cron.split(' ').length;
  if (fields !== 5)
    return {
      ok: false,
      detail:
        fields > 5
          ? 'A cron pattern has five fields, from minutes to weekdays. Seconds are not offered: once a minute is the most.'
          : 'A cron pattern has five fields: minute, hour, day of the month, month, weekday.',
    };
  // For croner a question mark is the present minute: a pattern that means something else whenever it is read.
  if (cron.includes('?')) return { ok: false, detail: 'Use * instead of ?.' };
  // croner takes the number for each day of the range, its words for the last one only.
  if (/-[^,\s]*#/.test(cron)) return { ok: false, detail: 'Give each day its own number, as MON#2,TUE#2.' };
  try {
    pattern(cron);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'it cannot be read';
    return { ok: false, detail: `This is no cron pattern: ${why.slice(0, 200)}` };
  }
  // The two libraries do not take the same dialect; a rule that cannot be said back cannot be confirmed by anybody.
  if (sayCron(cron) === null)
    return {
      ok: false,
      detail:
        'This pattern cannot be said in words. Write it without a sign before a day, or as two schedules.',
    };
  return { ok: true, cron };
}

/** The parsed pattern, its times being those on a wall. Throws for what is none. */
export function pattern(cron: string): Cron {
  const known = parsed.get(cron);
  if (known !== undefined) return known;
  const made = new Cron(cron, { timezone: 'UTC', mode: '5-part' });
  if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value ?? '');
  parsed.set(cron, made);
  return made;
}

/** The pattern in English; null where it has no words. */
export function sayCron(cron: string): string | null {
  try {
    const said = cronstrue.toString(cron, {
      use24HourTimeFormat: true,
      verbose: false,
      dayOfWeekStartIndexZero: true,
    });
    return `${said.charAt(0).toLowerCase()}${said.slice(1)}`;
  } catch {
    return null;
  }
}

/** Whether it fires in every hour of the days it names: such patterns follow real time. */
export function isEveryHour(cron: string): boolean {
  const hours = cron.split(' ')[1] ?? '*';
  return hours === '*' || hours === '*/1' || hours === '0-23' || hours === '0-23/1';
}
