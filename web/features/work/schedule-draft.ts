/** What is typed into the editor of a schedule, and what is sent of it. */
import { ProblemError } from '#shared/client/problem-error.ts';
import { instantOf as instantAt } from '#shared/core/schedule/wall-clock.ts';
import type { Schedule, ScheduleRule } from '#shared/protocol/schedule.ts';
import type { CreateSchedule, PreviewSchedule, UpdateSchedule } from '#shared/protocol/schedule-requests.ts';

/** The server says in a sentence what is wrong with a rule; null for anything else. */
export const faultOf = (error: unknown): string | null =>
  error instanceof ProblemError && error.code === 'bad_schedule' ? error.message : null;

export interface ScheduleDraft {
  name: string;
  instruction: string;
  /** `immediate` was at once, when it was made: there is no time to choose. */
  kind: 'days' | 'every' | 'once' | 'cron' | 'immediate';
  /** 0 is Sunday, as in cron; empty for every day. */
  days: number[];
  /** `HH:MM` */
  time: string;
  every: number;
  unit: 1 | 60 | 3_600 | 86_400;
  /** `YYYY-MM-DDTHH:MM` on the wall of the zone. */
  at: string;
  /** `at` was given as an instant: it stays one, whatever zone its person is in. */
  fixed: boolean;
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

type When = Pick<ScheduleDraft, 'kind' | 'days' | 'time' | 'every' | 'unit' | 'at' | 'fixed' | 'cron'>;

const HAS_OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/i;

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
    fixed: false,
    cron: '0 8 * * 1-5',
  };
  if (rule.type === 'once') {
    const fixed = HAS_OFFSET.test(rule.at) && !Number.isNaN(Date.parse(rule.at));
    const at = fixed ? wallOf(Date.parse(rule.at), zone) : rule.at.slice(0, 16);
    return { ...blank, kind: 'once', at, fixed };
  }
  if (rule.type === 'every') {
    const unit = ([86_400, 3_600, 60] as const).find((each) => rule.seconds % each === 0) ?? 1;
    return { ...blank, kind: 'every', every: rule.seconds / unit, unit };
  }
  if (rule.type === 'immediate') return { ...blank, kind: 'immediate' };
  const [, minute, hour, days] = /^(\d{1,2}) (\d{1,2}) \* \* (\S+)$/.exec(rule.cron) ?? [];
  const known = days === undefined ? null : daysOf(days);
  if (known === null) return { ...blank, kind: 'cron', cron: rule.cron };
  return { ...blank, days: known, time: `${pad(Number(hour))}:${pad(Number(minute))}`, cron: rule.cron };
}

/** When, as the API takes it; nothing for what was at once. */
export function whenOf(draft: ScheduleDraft, ownZone: string): Pick<CreateSchedule, 'cron' | 'at' | 'every'> {
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
      return { at: draft.fixed ? (instantOf(draft.at, draft.zone ?? ownZone) ?? draft.at) : draft.at };
    case 'cron':
      return { cron: draft.cron.trim() };
    case 'immediate':
      return {};
    default:
      return draft.kind satisfies never;
  }
}

/** The instant of a time on the wall of a zone, as ISO 8601; null when it is none. */
export function instantOf(wall: string, zone: string): string | null {
  const asUtc = Date.parse(`${wall}Z`);
  return Number.isNaN(asUtc) ? null : new Date(instantAt(zone, asUtc)).toISOString();
}

/** All of it, as the API takes it. */
export function requestOf(draft: ScheduleDraft, ownZone: string): CreateSchedule {
  const count = draft.count.trim() === '' ? null : Number(draft.count);
  return {
    ...whenOf(draft, ownZone),
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

/** What its preview depends on; `of` says of which schedule and where. */
export function previewed(
  draft: ScheduleDraft,
  ownZone: string,
  of: Pick<PreviewSchedule, 'conversationId' | 'scheduleId'>,
): PreviewSchedule {
  const { instruction, timezone, count, until } = requestOf(draft, ownZone);
  const words = instruction === '' ? {} : { instruction };
  return { ...whenOf(draft, ownZone), timezone, count, until, ...of, ...words };
}

/** The fields of the editor that say when, as far as its kind uses them. */
function whenFields({ kind, days, time, every, unit, at, fixed, cron, zone }: ScheduleDraft): unknown {
  switch (kind) {
    case 'days':
      return [kind, days.toSorted((a, b) => a - b), time];
    case 'every':
      return [kind, every, unit];
    case 'once':
      // An instant is shown on the wall of a zone: with another zone the same wall is another instant.
      return [kind, at, fixed ? zone : null];
    case 'cron':
      return [kind, cron.trim()];
    case 'immediate':
      return [kind];
    default:
      return kind satisfies never;
  }
}

/**
 * What was changed in the editor, as the API takes it. What was left alone is left out: a rule that is sent again is a new
 * rule, which moves an anchor, drops a pending retry and forgets failures.
 * @param before the draft that the editor opened with
 */
export function changesOf(before: ScheduleDraft, after: ScheduleDraft, ownZone: string): UpdateSchedule {
  const whole = requestOf(after, ownZone);
  const isWhenSame = JSON.stringify(whenFields(before)) === JSON.stringify(whenFields(after));
  const isZoneSame = before.zone === after.zone;
  // The end is typed on the wall of the same zone.
  const isEndSame = before.until === after.until && (isZoneSame || after.until === '');
  return {
    ...(isWhenSame ? {} : whenOf(after, ownZone)),
    ...(whole.name === undefined || before.name.trim() === whole.name ? {} : { name: whole.name }),
    ...(before.instruction.trim() === whole.instruction ? {} : { instruction: whole.instruction }),
    ...(isZoneSame ? {} : { timezone: after.zone }),
    ...(before.missed === after.missed ? {} : { missed: after.missed }),
    ...(before.overlap === after.overlap ? {} : { overlap: after.overlap }),
    ...(before.whileWaiting === after.whileWaiting ? {} : { whileWaiting: after.whileWaiting }),
    ...(before.count.trim() === after.count.trim() ? {} : { count: whole.count }),
    ...(isEndSame ? {} : { until: whole.until }),
  };
}
