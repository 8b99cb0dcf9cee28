/** What is typed into the editor of a schedule, and what is sent of it. */
import { ProblemError } from '#shared/client/problem-error.ts';
import type { Schedule, ScheduleRule } from '#shared/protocol/schedule.ts';
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';

/** The server says in a sentence what is wrong with a rule; null for anything else. */
export const faultOf = (error: unknown): string | null =>
  error instanceof ProblemError && error.code === 'bad_schedule' ? error.message : null;

export interface ScheduleDraft {
  name: string;
  instruction: string;
  kind: 'days' | 'every' | 'once' | 'cron';
  /** 0 is Sunday, as in cron; empty for every day. */
  days: number[];
  /** `HH:MM` */
  time: string;
  every: number;
  unit: 60 | 3_600 | 86_400;
  /** `YYYY-MM-DDTHH:MM` on the wall of the zone. */
  at: string;
  cron: string;
  /** Null follows the person. */
  zone: string | null;
  missed: Schedule['missed'];
  overlap: Schedule['overlap'];
  whileWaiting: Schedule['whileWaiting'];
  count: string;
  until: string;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** An instant on the wall of a zone, as an input of the browser wants it. */
export function wallOf(instant: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(instant);
  return parts.replace(' ', 'T');
}

/** A new one: every weekday morning, or what `rule` says. */
export function draftOf(schedule: Schedule | null, ownZone: string, now: number): ScheduleDraft {
  const zone = schedule?.timezone ?? ownZone;
  return {
    name: schedule?.name ?? '',
    instruction: schedule?.instruction ?? '',
    ...whenFieldsOf(schedule?.rule ?? { type: 'cron', cron: '0 8 * * 1-5' }, zone, now),
    zone: schedule?.timezone ?? null,
    missed: schedule?.missed ?? 'run_late',
    overlap: schedule?.overlap ?? 'queue_one',
    whileWaiting: schedule?.whileWaiting ?? 'hold',
    count: schedule?.count == null ? '' : String(schedule.count),
    until: schedule?.until == null ? '' : wallOf(Date.parse(schedule.until), zone),
  };
}

type When = Pick<ScheduleDraft, 'kind' | 'days' | 'time' | 'every' | 'unit' | 'at' | 'cron'>;

/** The days of the last field of a cron rule; null when it says more than days. */
function daysOf(field: string): number[] | null {
  if (field === '*') return [];
  if (field === '1-5') return [1, 2, 3, 4, 5];
  return /^[0-6](,[0-6])*$/.test(field) ? field.split(',').map(Number) : null;
}

/** When, as the fields have it; what they cannot say is a cron rule. */
export function whenFieldsOf(rule: ScheduleRule, zone: string, now: number): When {
  const blank: When = {
    kind: 'days',
    days: [1, 2, 3, 4, 5],
    time: '08:00',
    every: 30,
    unit: 60,
    at: wallOf(now + 60 * 60_000, zone),
    cron: '0 8 * * 1-5',
  };
  if (rule.type === 'once') return { ...blank, kind: 'once', at: rule.at.slice(0, 16) };
  if (rule.type === 'every') {
    const unit = ([86_400, 3_600, 60] as const).find((each) => rule.seconds % each === 0) ?? 60;
    return { ...blank, kind: 'every', every: rule.seconds / unit, unit };
  }
  if (rule.type !== 'cron') return blank;
  const [, minute, hour, days] = /^(\d{1,2}) (\d{1,2}) \* \* (\S+)$/.exec(rule.cron) ?? [];
  const known = days === undefined ? null : daysOf(days);
  if (known === null) return { ...blank, kind: 'cron', cron: rule.cron };
  return { ...blank, days: known, time: `${pad(Number(hour))}:${pad(Number(minute))}`, cron: rule.cron };
}

/** When, as the API takes it. */
export function whenOf(draft: ScheduleDraft): Pick<CreateSchedule, 'cron' | 'at' | 'every'> {
  switch (draft.kind) {
    case 'days': {
      const [hour = '8', minute = '0'] = draft.time.split(':');
      const sorted = draft.days.toSorted((a, b) => a - b);
      const all = sorted.length === 0 || sorted.length === 7;
      const days = all ? '*' : sorted.join() === '1,2,3,4,5' ? '1-5' : sorted.join();
      return { cron: `${Number(minute)} ${Number(hour)} * * ${days}` };
    }
    case 'every':
      return { every: Math.round(draft.every * draft.unit) };
    case 'once':
      return { at: draft.at };
    case 'cron':
      return { cron: draft.cron.trim() };
    default:
      return draft.kind satisfies never;
  }
}

/** The instant of a time on the wall of a zone, as ISO 8601; null when it is none. */
export function instantOf(wall: string, zone: string): string | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  // What the wall shows at that instant is off by the zone's offset; once more, for offsets that change in between.
  let at = asUtc;
  for (let round = 0; round < 2; round += 1) at += asUtc - Date.parse(`${wallOf(at, zone)}Z`);
  return new Date(at).toISOString();
}

/** All of it, as the API takes it. */
export function requestOf(draft: ScheduleDraft, ownZone: string): CreateSchedule {
  const count = draft.count.trim() === '' ? null : Number(draft.count);
  return {
    ...whenOf(draft),
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    instruction: draft.instruction.trim(),
    timezone: draft.zone,
    missed: draft.missed,
    overlap: draft.overlap,
    whileWaiting: draft.whileWaiting,
    count,
    until: draft.until === '' ? null : instantOf(draft.until, draft.zone ?? ownZone),
  };
}
