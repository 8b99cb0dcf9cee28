/** A schedule as Claude proposed it, in the terms of the editor, and back. What is not edited stays as it was proposed. */
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { draftOf, requestOf, type ScheduleDraft, wallOf, whenFieldsOf } from './schedule-draft.ts';

type Input = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function ruleOf(input: Input): ScheduleRule | null {
  const { cron, at, every } = input;
  if (typeof cron === 'string') return { type: 'cron', cron };
  if (typeof at === 'string') return { type: 'once', at };
  return typeof every === 'number' ? { type: 'every', seconds: every, anchor: '' } : null;
}

/** Null for work that begins at once: it has no time to be chosen. */
export const isTimed = (input: Input): boolean => input['immediate'] !== true;

export function draftOfInput(input: Input, ownZone: string, now: number): ScheduleDraft {
  const zone = text(input['timezone']) || null;
  const rule = ruleOf(input);
  const usual = draftOf(null, ownZone, now);
  const until = text(input['until']);
  return {
    ...usual,
    ...(rule === null ? {} : whenFieldsOf(rule, zone ?? ownZone, now)),
    name: text(input['name']),
    instruction: text(input['instruction']),
    zone,
    missed: input['missed'] === 'skip' ? 'skip' : 'run_late',
    overlap: input['overlap'] === 'skip' ? 'skip' : 'queue_one',
    whileWaiting: input['whileWaiting'] === 'run' ? 'run' : 'hold',
    count: typeof input['count'] === 'number' ? String(input['count']) : '',
    until: until === '' || Number.isNaN(Date.parse(until)) ? '' : wallOf(Date.parse(until), zone ?? ownZone),
  };
}

/** What the editor asks for; the usual is left out as Claude would. */
export function inputOfDraft(draft: ScheduleDraft, before: Input, ownZone: string): Record<string, unknown> {
  const edited: ReadonlySet<string> = new Set([
    'cron',
    'at',
    'every',
    'timezone',
    'missed',
    'overlap',
    'whileWaiting',
    'count',
    'until',
  ]);
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !edited.has(name)));
  const { cron, at, every, ...rest } = requestOf(draft, ownZone);
  const when = isTimed(before) ? { cron, at, every } : {};
  const usual: Input = { missed: 'run_late', overlap: 'queue_one', whileWaiting: 'hold' };
  const asked = Object.entries({ ...rest, ...when }).filter(
    ([name, value]) => value !== null && value !== undefined && usual[name] !== value,
  );
  return { ...kept, ...Object.fromEntries(asked) };
}
