/** The long form of the tests of the daily run: ten thousand days over all zones. Prints totals; fails at the first wrong one. */
import { noTotals, playDays } from './daily-days.ts';

const SEED = 20_261_124;
const DAYS = 10_000;
const FROM = Date.parse('2026-10-20T00:00:00Z');

const zones = Intl.supportedValuesOf('timeZone');
const each = Math.ceil(DAYS / zones.length);
const totals = noTotals();
const began = performance.now();
for (const [at, zone] of zones.entries()) playDays(zone, FROM, each, SEED + at, totals);
console.log(
  `days: ${zones.length} zones, seed ${SEED}:`,
  totals,
  `${Math.round(performance.now() - began)} ms`,
);
if (totals.reports !== totals.days) process.exit(1);
