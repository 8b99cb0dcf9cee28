/** What a rule would do, before anything is made of it: in words, its next times within its bounds, and what that costs. */
import type { ScheduleRule, SchedulePreview } from '#shared/protocol/schedule.ts';
import { instant } from './instant.ts';
import { type Bounds, fires, MONTH_MS, runsInMonth } from './next-fire.ts';
import type { RunCost } from './run-cost.ts';
import { ruleWords } from './words.ts';

/** Times that are shown. */
const SHOWN = 5;

/**
 * Null when nothing of it would ever come due.
 * @param zone IANA name
 * @param now milliseconds since the epoch, as `until`
 * @param run what one run costs; null when that is not known
 */
export function previewOf(
  rule: ScheduleRule,
  { zone, now, run, ...bounds }: Bounds & { zone: string; now: number; run: RunCost | null },
): SchedulePreview | null {
  const words = ruleWords(rule, zone);
  if (rule.type === 'immediate') return { words, timezone: zone, fires: [instant(now)] };
  // One more than is shown tells whether the last one shown is the last one.
  const times = fires(rule, zone, now, SHOWN + 1, bounds);
  if (times.length === 0) return null;
  const ends = times.length <= SHOWN;
  const runs = ends ? times.length : runsInMonth(rule, zone, now, bounds);
  const { left, until } = bounds;
  const inAll = ends || runs === left || (until !== null && until < now + MONTH_MS);
  return {
    words,
    timezone: zone,
    fires: times.slice(0, SHOWN).map(instant),
    ends,
    monthly: {
      runs,
      cost: run && run.each * runs,
      by: run?.by ?? undefined,
      // A word of its own, not another basis: pages of the release before read what they know of this.
      ...(run?.by === null ? { guess: true } : {}),
      inAll,
    },
  };
}
