/**
 * `npm run test:crash`: every point, with totals of each part and of all. `--points N --seed S` takes a sample of each
 * part, `--only replies` (or hooks, acting, schedules, daily, away) one part, `--ways pause,edit` these ways of schedules;
 * `--away-seconds S` is how long the database cannot be reached in the last one. Exit code 1 on any fault.
 */
import { parseArgs } from 'node:util';
import { launchBrowser } from '#dev/browser/launch.ts';
import { startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { ActingHarness } from './acting.ts';
import { actingPoints } from './acting-points.ts';
import { playAway } from './away.ts';
import { DailyHarness } from './daily.ts';
import { dailyBatches, STEPS, WINDOWS } from './daily-points.ts';
import { CrashHarness } from './harness.ts';
import { playBurst } from './hooks.ts';
import { points, sample } from './points.ts';
import { RepeatHarness, repeatPoints } from './repeats.ts';
import { SchedulesHarness } from './schedules.ts';
import { scheduleWaves } from './schedules-points.ts';
import { Tally } from './tally.ts';
import { Visitor } from './visitor.ts';
import { randomOf } from '#test/simulate/random.ts';

interface Verdict {
  point: string;
  resumedMs: number;
  faults: string[];
  unknown?: number;
}

/** Points that one person plays. */
const PART = 9;
/** Deliveries of the burst, and how often the process dies in it. */
const BURST = 10_000;
const BURST_KILLS = 3;

const { values } = parseArgs({
  options: {
    points: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    ways: { type: 'string' },
    'away-seconds': { type: 'string', default: '20' },
  },
});
const seed = Number(values.seed);
const some = <Point>(all: ReadonlyArray<Point>): ReadonlyArray<Point> =>
  values.points === undefined ? all : sample(all, Number(values.points), seed);
const folder = makeRunFolder('crash');
const app = await startApp({
  port: 0,
  folder: folder.path,
  fast: true,
  sources: { example: readExample(), environment: {}, devVars: new Map() },
});
const browser = await launchBrowser();

// A bound from outside ends it, and all that it started. The browser's own handler would only close the browser.
process.once(
  'SIGTERM',
  () => void Promise.allSettled([browser.close(), app.stop()]).then(() => process.exit(143)),
);

/** Prints what became of some points. */
function tell(verdicts: ReadonlyArray<Verdict>): void {
  for (const { point, resumedMs, faults } of verdicts)
    console.log(
      `${faults.length === 0 ? 'ok  ' : 'FAIL'} ${point}: ${faults.join('; ') || `${resumedMs} ms`}`,
    );
}

/** How soon everything was whole again. */
function timesOf(verdicts: ReadonlyArray<Verdict>): string {
  const times = verdicts.map(({ resumedMs }) => resumedMs).toSorted((a, b) => a - b);
  return `whole again after p50 ${times[Math.floor(times.length / 2)]} ms, max ${times.at(-1)} ms`;
}

/** Plays points one after the other, and prints what became of each and of all. */
async function playAll<Point extends { name: string }>(
  kind: string,
  planned: ReadonlyArray<Point>,
  play: (point: Point) => Promise<Verdict>,
): Promise<Tally> {
  const tally = new Tally();
  tally.planned = planned.length;
  const verdicts: Verdict[] = [];
  for (const point of planned) {
    const broke = (error: unknown): Verdict => {
      return { point: point.name, resumedMs: 0, faults: [`broke: ${String(error)}`] };
    };
    const verdict = await play(point)
      .then((played) => {
        tally.death(played.point);
        return played;
      })
      .catch(broke);
    tally.blame(verdict.faults);
    tally.unknown += verdict.unknown ?? 0;
    verdicts.push(verdict);
    tell([verdict]);
  }
  console.log(`${kind}: ${tally.words()}; ${timesOf(verdicts)}`);
  return tally;
}

/** As `playAll`, some points for each person: a token lasts ten minutes, and one may ask six hundred times a minute. */
async function playInParts<Point extends { name: string }>(
  kind: string,
  planned: ReadonlyArray<Point>,
  enter: () => Promise<{ play: (point: Point) => Promise<Verdict> }>,
): Promise<Tally> {
  const tally = new Tally();
  for (let from = 0; from < planned.length; from += PART) {
    const harness = await enter();
    const part = planned.slice(from, from + PART);
    const name = `${kind} ${from + 1} to ${from + part.length}`;
    tally.add('', await playAll(name, part, (point) => harness.play(point)));
  }
  return tally;
}

const replies = () =>
  playInParts('replies', some(points), async () => {
    const harness = new CrashHarness(app, await browser.newPage());
    await harness.enter();
    return harness;
  });

async function hooks(): Promise<Tally> {
  const visitor = await Visitor.signUp(app, `hooks-${Date.now()}@example.com`);
  await visitor.hurry();
  const { faults, ...totals } = await playBurst(visitor, BURST, BURST_KILLS);
  const tally = new Tally();
  tally.planned = BURST_KILLS;
  for (let kill = 1; kill <= totals.kills; kill += 1) tally.death(`kill ${kill}`);
  tally.blame(faults);
  console.log(
    `hooks: ${JSON.stringify(totals)}, faults ${faults.length}${faults.map((each) => `; ${each}`).join('')}`,
  );
  // The token of the burst may be old by now.
  const other = await Visitor.signUp(app, `repeats-${Date.now()}@example.com`);
  const harness = new RepeatHarness(other);
  tally.add('', await playAll('repeats', some(repeatPoints), (point) => harness.play(point)));
  console.log(`repeats: ${JSON.stringify(harness.sums)}`);
  return tally;
}

const acting = () =>
  playInParts('acting', some(actingPoints), async () => {
    const visitor = await Visitor.signUp(app, `acting-${Date.now()}@example.com`);
    await visitor.hurry();
    return new ActingHarness(visitor);
  });

async function schedules(): Promise<Tally> {
  const harness = new SchedulesHarness(app);
  const restartMs = await harness.measure();
  const ways = values.ways?.split(',');
  const waves = scheduleWaves(randomOf(seed))
    .map((wave) => {
      const chosen = wave.points.filter(({ way }) => ways?.includes(way) ?? true);
      return { ...wave, points: chosen.length === 0 ? [] : [...some(chosen)] };
    })
    .filter((wave) => wave.points.length > 0);
  harness.plan(waves);
  console.log(`schedules: seed ${seed}, a restart takes ${restartMs} ms`);
  const verdicts: Verdict[] = [];
  for (const wave of waves) {
    const played = await harness.play(wave);
    tell(played);
    verdicts.push(...played);
  }
  const tally = new Tally();
  for (const [way, each] of harness.tallies) {
    tally.add(way, each);
    console.log(`schedules, ${way}: ${each.words()}`);
  }
  console.log(`schedules: seed ${seed}, ${waves.length} deaths; ${tally.words()}; ${timesOf(verdicts)}`);
  return tally;
}

async function daily(): Promise<Tally> {
  const planned = some(dailyBatches(randomOf(seed)));
  const harness = new DailyHarness(app);
  console.log(`daily: windows of ${await harness.measure()} ms`);
  const batches = await playAll('daily, windows by four', planned, (batch) => harness.play(batch));
  const { hits, steps, sums } = harness;
  const tally = new Tally();
  tally.planned = planned.reduce((sum, batch) => sum + batch.deaths.length * WINDOWS, 0);
  for (const percent of hits) tally.death(`step ${Math.round((percent * STEPS) / 100)}`);
  tally.addFaults(batches);
  tally.unknown = sums.unknown + sums.slackUnknown;
  // On a slow machine some windows begin late, or end before their plan stands: half must have had their work.
  if (sums.planned * 2 < sums.windows)
    tally.blame([`only ${sums.planned} of ${sums.windows} windows worked`]);
  if (values.points === undefined && steps.size !== STEPS)
    tally.blame([`only ${steps.size} of ${STEPS} steps`]);
  console.log(
    `daily: seed ${seed}, distinct steps ${steps.size} of ${STEPS}, ${tally.words()}; ` +
      `at ${hits.map((percent) => percent.toFixed(1)).join(' ')} %; totals ${JSON.stringify(sums)}`,
  );
  return tally;
}

/** No death: the database cannot be reached for a while. */
async function away(): Promise<Tally> {
  const visitor = await Visitor.signUp(app, `away-${Date.now()}@example.com`);
  await visitor.hurry();
  const played = await playAway(visitor, Number(values['away-seconds']) * 1_000);
  tell([played]);
  const tally = new Tally();
  tally.planned = 1;
  tally.death('the database');
  tally.blame(played.faults);
  console.log(`away: rows ${JSON.stringify(played.rows)}; ${tally.words()}; ${timesOf([played])}`);
  return tally;
}

const parts = { replies, hooks, acting, schedules, daily, away };
const total = new Tally();
let played = 0;
try {
  for (const [name, play] of Object.entries(parts)) {
    if (values.only !== undefined && values.only !== name) continue;
    total.add(name, await play());
    played += 1;
  }
} finally {
  await browser.close();
  await app.stop();
  folder.remove();
}
console.log(`all of ${played} parts: seed ${seed}, ${total.words()}`);
process.exit(total.good && played > 0 ? 0 : 1);
