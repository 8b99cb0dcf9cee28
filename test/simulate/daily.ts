/** The long form of the tests of the daily run: ten thousand days over all zones. Prints totals; fails at the first wrong one. */
import { noTotals, playSpan, spansOf } from './daily-days.ts';
import { randomOf } from './random.ts';
import { changesOf } from './wall.ts';

const SEED = 20_261_124;
const DAYS = 10_000;
/** Two years, and two days that a zone skipped whole: the line of the date went past. */
const TIME = [Date.parse('2026-01-01T00:00Z'), Date.parse('2028-01-01T00:00Z')] as const;
const skipped = [
  ['Pacific/Apia', '2011-12-29T00:00Z', '2012-01-01T00:00Z'],
  ['Pacific/Kwajalein', '1993-08-19T00:00Z', '1993-08-23T00:00Z'],
] as const;

const zones = Intl.supportedValuesOf('timeZone');
const random = randomOf(SEED);
const planned = zones.flatMap((zone) => spansOf(zone, TIME, random, zones));
for (const [zone, from, until] of skipped)
  for (const around of changesOf(zone, Date.parse(from), Date.parse(until)))
    for (const [at, inside] of ['00:00', '08:00', '23:30', around.inside].entries())
      planned.push({
        zone,
        from: Date.parse(from) - 86_400_000,
        days: 6,
        seed: SEED + at,
        around: { ...around, inside },
        zones,
      });

const totals = noTotals();
const began = performance.now();
const changes = planned.flatMap(({ around }) => around ?? []);
const directions = (forward: boolean) => changes.filter((change) => change.forward === forward).length;
for (const span of planned) {
  try {
    await playSpan(span, totals);
  } catch (error) {
    console.error(
      `WRONG: ${span.zone} from ${new Date(span.from).toISOString()} for ${span.days} days, seed ${span.seed}`,
    );
    throw error;
  }
}
const { spans, forward, backward, days, ...rest } = totals;
console.log(
  `days: seed ${SEED}, ${zones.length} zones, spans planned ${planned.length}, played ${spans}, days ${days}; ` +
    `clocks set forward: planned ${directions(true)}, hit ${forward}; set back: planned ${directions(false)}, hit ${backward}:`,
  rest,
  `${Math.round(performance.now() - began)} ms`,
);
const wanted = days >= DAYS && totals.reports === days && spans === planned.length;
const all = forward === directions(true) && backward === directions(false);
const hit = [
  rest.awayAtStart,
  rest.awayAtCheckpoint,
  rest.awayAtDeadline,
  rest.nothingRan,
  rest.saved,
  rest.moved,
];
if (!wanted || !all || hit.some((count) => count < 100)) {
  console.error('Not everything that was planned was hit.');
  process.exit(1);
}
