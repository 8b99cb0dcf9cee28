/**
 * The long form of the tests of cron: ten thousand random patterns, and as many again about the hours in which clocks change,
 * against the rules as they were decided and against an independent library; and every zone of the database over ten years,
 * once per local day. Lists each difference from the library with the rule that it follows from. Fails where a due time is
 * not what the rules say, or a difference follows from none.
 */
import fc from 'fast-check';
import { nextFire } from '#shared/core/schedule/next-fire.ts';
import { wallAt } from '#shared/core/schedule/wall-clock.ts';
import { kinds, kindOf } from './cron-kinds.ts';
import { anywhere, type Drawn, nearChange, stillZone, theirNext, zones } from './cron-patterns.ts';
import { expectedNext } from './cron-rule.ts';

const SEED = 20_261_124;
const say = (at: number | null | 'gave up') =>
  typeof at === 'number' ? new Date(at).toISOString().slice(0, 16) : String(at);

let failed = false;

function fail(what: string): void {
  failed = true;
  console.error(what);
}

/** Holds each that is drawn against the rules and against the library, and lists where the two differ. */
function hold(name: string, drawn: ReadonlyArray<Drawn>): void {
  let agree = 0;
  const differ = new Map<string, string[]>();
  for (const each of drawn) {
    const { text, zone, after } = each;
    const ours = nextFire({ type: 'cron', cron: text }, zone, after);
    const rule = expectedNext(text, zone, after);
    const theirs = theirNext(each);
    const what = `${text.padEnd(24)} ${zone.padEnd(20)} after ${say(after)}: ${say(ours)}, theirs ${say(theirs)}`;
    if (ours !== (rule?.at ?? null)) {
      fail(`AGAINST THE RULES: ${what}, by the rules ${say(rule?.at ?? null)}`);
    } else if (ours === theirs) {
      agree += 1;
    } else {
      const kind = kindOf(each, rule, theirs);
      if (kind === null) fail(`FOLLOWS FROM NO RULE: ${what}`);
      else differ.set(kind, [...(differ.get(kind) ?? []), what]);
    }
  }
  for (const kind of kinds) {
    const listed = differ.get(kind) ?? [];
    if (listed.length > 0)
      console.log(`${listed.length}: ${kind}\n${listed.map((line) => `  ${line}`).join('\n')}`);
  }
  const total = [...differ].map(([kind, { length }]) => `${length} ${kind}`).join('; ');
  console.log(`${name}: ${drawn.length}, seed ${SEED}: ${agree} agree${total === '' ? '' : `; ${total}`}`);
}

const sample = (arbitrary: fc.Arbitrary<Drawn>, numRuns: number) =>
  fc.sample(arbitrary, { seed: SEED, numRuns });
hold(`patterns in ${zones.length} zones whose clocks change`, sample(anywhere(...zones), 10_000));
hold('patterns about the hours of the changes', sample(nearChange, 10_000));
hold('patterns where clocks never change', sample(anywhere(stillZone), 1_000));

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
