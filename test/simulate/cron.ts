/**
 * The long form of the tests of cron: ten thousand random patterns against an independent library, and every zone of the
 * database over ten years, once per local day. Prints totals; fails with a difference that is not of a known kind.
 */
import fc from 'fast-check';
import { isEveryHour } from '#shared/core/schedule/cron.ts';
import { nextFire } from '#shared/core/schedule/next-fire.ts';
import { wallAt } from '#shared/core/schedule/wall-clock.ts';
import { compare, pattern, zones } from './cron-patterns.ts';

const SEED = 20_261_124;
const COUNT = 10_000;
const instant = (at: number | null | 'gave up') =>
  typeof at === 'number' ? new Date(at).toISOString() : String(at);

/** Why the two may differ, where clocks change: each is intended and stands in the tests by example. */
function kindOf(text: string, ours: number | null, theirs: number): string | null {
  if (isEveryHour(text)) return null;
  if (ours === null) return null;
  return ours < theirs
    ? 'a time in a gap runs at the first minute after it'
    : 'a time that comes twice runs once';
}

let failed = false;
const totals: Record<string, number> = { agree: 0, 'gave up': 0 };
const drawn = fc.sample(
  fc.tuple(
    pattern,
    fc.constantFrom(...zones),
    fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2036-01-01') }),
  ),
  { seed: SEED, numRuns: COUNT },
);
for (const [text, zone, after] of drawn) {
  const { ours, theirs, change } = compare(text, zone, after);
  const kind =
    theirs === 'gave up' ? theirs : ours === theirs ? 'agree' : change ? kindOf(text, ours, theirs) : null;
  if (kind === null) {
    failed = true;
    console.error(
      `DIFFERS: ${text} in ${zone} after ${instant(after)}: ${instant(ours)}, not ${instant(theirs)}`,
    );
  } else totals[kind] = (totals[kind] ?? 0) + 1;
}
console.log(`patterns: ${COUNT} in ${zones.length} zones, seed ${SEED}:`, totals);

const all = Intl.supportedValuesOf('timeZone');
let days = 0;
for (const zone of all) {
  for (const text of ['30 2 * * *', '0 0 * * *']) {
    const seen = new Set<string>();
    let count = 0;
    const end = Date.parse('2036-01-01T12:00:00Z');
    for (let at = Date.parse('2026-01-01T12:00:00Z'); ; count += 1) {
      const next = nextFire({ type: 'cron', cron: text }, zone, at);
      if (next === null || next > end) break;
      seen.add(new Date(wallAt(zone, next)).toISOString().slice(0, 10));
      at = next;
    }
    days += count;
    const expected = (end - Date.parse('2026-01-01T12:00:00Z')) / 86_400_000;
    if (count === seen.size && Math.abs(count - expected) <= 1) continue;
    failed = true;
    console.error(`NOT ONCE A DAY: ${text} in ${zone}: ${count} times on ${seen.size} days of ${expected}`);
  }
}
console.log(`zones: ${all.length}, ten years each, ${days} due times, each once per local day`);
if (failed) process.exitCode = 1;
