/**
 * The long form of the tests of cron: ten thousand random patterns, and as many again about the hours in which clocks change,
 * against the rules as they were decided and against an independent library; and every zone of the database over ten years,
 * once per local day. Lists each difference from the library with the rule that it follows from. Fails where a due time is
 * not what the rules say, or a difference follows from none.
 */
import fc from 'fast-check';
import { nextFire } from '#shared/core/schedule/next-fire.ts';
import { kinds, kindOf } from './cron-kinds.ts';
import { anywhere, type Drawn, nearChange, stillZone, theirNext, zones } from './cron-patterns.ts';
import { expectedNext } from './cron-rule.ts';
import { alike, holdDays } from './local-days.ts';
import { dateAfter } from './wall.ts';

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

const times = ['00:00', '00:30', '01:30', '02:00', '02:30', '03:00', '23:30'];

/** Holds every local day of these zones, at times that fall into gaps and overlaps, and lists what is not once a day. */
function holdZones(
  zones: ReadonlyArray<string>,
  dates: [string, string],
  intended: ReadonlyArray<RegExp>,
): void {
  const [from, until] = [Date.parse(dateAfter(dates[0], -5)), Date.parse(dateAfter(dates[1], 5))];
  const clocks = alike(zones, from, until);
  let due = 0;
  for (const [zone, changes] of clocks)
    for (const time of times) {
      const held = holdDays({ zone, time }, changes, dates);
      due += held.due;
      for (const each of held.wrong) fail(`NOT ONCE A DAY: ${time} in ${zone} on ${each}`);
      for (const each of held.exceptions) {
        const what = `${time} in ${zone}: ${each}`;
        if (intended.some((pattern) => pattern.test(what))) console.log(`intended: ${what}`);
        else fail(`NOT ONCE A DAY: ${what}`);
      }
    }
  console.log(
    `${zones.length} zones with ${clocks.size} different clocks, ${dates.join(' to ')}, at ${times.join(', ')}: ${due} due times`,
  );
}

// What follows from the rules: a time that is skipped comes with the first minute after the gap. In Greenland that gap is the
// last hour of a Saturday, so what it skips comes on Sunday, which has its own as well.
holdZones(
  Intl.supportedValuesOf('timeZone'),
  ['2026-01-02', '2035-12-30'],
  [/^23:30 in America\/(?:Godthab|Nuuk): \d{4}-03-\d\d has [02]$/],
);
// Samoa and Tokelau left out a day. Its due times come together with the first minute of the next one, which has its own as well.
holdZones(
  ['Pacific/Apia', 'Pacific/Fakaofo'],
  ['2011-12-20', '2012-01-10'],
  [/: 2011-12-30 does not exist there$/, /: 2011-12-31 has 2$/],
);
if (failed) process.exitCode = 1;
