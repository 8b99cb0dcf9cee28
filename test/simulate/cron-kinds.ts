/** Why another library may answer otherwise, where clocks change. Each kind follows from one rule of ours. */
import type { Drawn } from './cron-patterns.ts';
import { changes, type Due, dueOn, isOverEveryHour, isNamedByOldWall, isSecondTime } from './cron-rule.ts';
import { wallText } from './wall.ts';

const GAP = 'a time that is skipped runs at the first minute after the gap';
const TWICE = 'a time that comes twice runs once, the first time';
const REAL = 'a pattern over every hour follows real time';
const GAVE_UP = 'the other library gives up searching where there is a next time';
export const kinds = [GAP, TWICE, REAL, GAVE_UP] as const;
export type CronKind = (typeof kinds)[number];

/** Whether an instant is a skipped time as if clocks had not changed: 02:10 at 03:10, which was due at 03:00 already. */
const isKeptMinute = (text: string, zone: string, at: number): boolean =>
  dueOn(text, zone, wallText(zone, at).slice(0, 10)).some(
    (moved) => moved.how === 'after a gap' && moved.at < at && isNamedByOldWall(text, zone, moved.at, at),
  );

/**
 * The rule from which a difference follows; null when it follows from none. What our rules say was answered: this says only
 * which of them the other library does not have.
 */
export function kindOf({ text, zone }: Drawn, rule: Due | null, theirs: number | 'gave up'): CronKind | null {
  if (rule === null) return null;
  if (theirs === 'gave up') return GAVE_UP;
  if (isOverEveryHour(text)) return changes(zone, wallText(zone, rule.at).slice(0, 10)) ? REAL : null;
  if (theirs > rule.at) return rule.how === 'after a gap' ? GAP : rule.how === 'first of two' ? TWICE : null;
  // It has a due time that we do not have.
  if (isSecondTime(zone, theirs)) return TWICE;
  return isKeptMinute(text, zone, theirs) ? GAP : null;
}
