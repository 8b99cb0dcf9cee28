/**
 * `npm run test:crash`: every point, with totals. `--points N --seed S` takes a sample of each kind, `--only replies`,
 * `--only acting`, `--only hooks` or `--only daily` one kind. Exit code 1 on any fault.
 */
import { parseArgs } from 'node:util';
import { launchBrowser } from '#dev/browser/launch.ts';
import { startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { ActingHarness } from './acting.ts';
import { actingPoints } from './acting-points.ts';
import { DailyHarness } from './daily.ts';
import { dailyBatches, STEPS, WINDOWS } from './daily-points.ts';
import { CrashHarness } from './harness.ts';
import { playBurst } from './hooks.ts';
import { points, sample } from './points.ts';
import { RepeatHarness, repeatPoints } from './repeats.ts';
import { Visitor } from './visitor.ts';
import { randomOf } from '#test/simulate/random.ts';

interface Verdict {
  point: string;
  resumedMs: number;
  faults: string[];
}

/** Points that one person plays. */
const PART = 9;
/** Deliveries of the burst. */
const BURST = 10_000;

const { values } = parseArgs({
  options: { points: { type: 'string' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } },
});
const some = <Point>(all: ReadonlyArray<Point>): ReadonlyArray<Point> =>
  values.points === undefined ? all : sample(all, Number(values.points), Number(values.seed));
const folder = makeRunFolder('crash');
const app = await startApp({
  port: 0,
  folder: folder.path,
  fast: true,
  sources: { example: readExample(), environment: {}, devVars: new Map() },
});
const browser = await launchBrowser();

/** Plays points one after the other, and prints what became of each and of all. */
async function playAll<Point extends { name: string }>(
  kind: string,
  planned: ReadonlyArray<Point>,
  play: (point: Point) => Promise<Verdict>,
): Promise<boolean> {
  const verdicts: Verdict[] = [];
  for (const point of planned) {
    const verdict = await play(point).catch((error: unknown): Verdict => ({
      point: point.name,
      resumedMs: 0,
      faults: [`broke: ${String(error)}`],
    }));
    verdicts.push(verdict);
    const told = verdict.faults.length === 0 ? `${verdict.resumedMs} ms` : verdict.faults.join('; ');
    console.log(`${verdict.faults.length === 0 ? 'ok  ' : 'FAIL'} ${point.name}: ${told}`);
  }
  const faults = verdicts.filter((verdict) => verdict.faults.length > 0).length;
  const times = verdicts.map(({ resumedMs }) => resumedMs).toSorted((a, b) => a - b);
  const distinct = new Set(verdicts.map(({ point }) => point)).size;
  console.log(
    `${kind}: planned ${planned.length}, hit ${verdicts.length}, distinct ${distinct}, faults ${faults}; ` +
      `whole again after p50 ${times[Math.floor(times.length / 2)]} ms, max ${times.at(-1)} ms`,
  );
  return faults === 0 && verdicts.length === planned.length;
}

let good = true;
try {
  if (values.only === undefined || values.only === 'replies') {
    const harness = new CrashHarness(app, await browser.newPage());
    await harness.enter();
    good = await playAll('replies', some(points), (point) => harness.play(point));
  }
  if (values.only === undefined || values.only === 'hooks') {
    const email = `hooks-${Date.now()}@example.com`;
    const visitor = await Visitor.enter(app, 'sign-up', email, 'correct horse battery');
    await visitor.model({ action: 'pace', firstTokenMs: 0, tokenMs: 0 });
    const { faults, ...totals } = await playBurst(visitor, BURST, 3);
    console.log(
      `hooks: ${JSON.stringify(totals)}, faults ${faults.length}${faults.map((each) => `; ${each}`).join('')}`,
    );
    good = faults.length === 0 && good;
    // The token of the burst may be old by now.
    const other = await Visitor.enter(
      app,
      'sign-up',
      `repeats-${Date.now()}@example.com`,
      'correct horse battery',
    );
    const harness = new RepeatHarness(other);
    good = (await playAll('repeats', some(repeatPoints), (point) => harness.play(point))) && good;
    console.log(`repeats: ${JSON.stringify(harness.sums)}`);
  }
  if (values.only === undefined || values.only === 'acting') {
    // A token lasts ten minutes, a person may have fifty connections and ask six hundred times a minute: some points each.
    const planned = some(actingPoints);
    for (let from = 0; from < planned.length; from += PART) {
      const email = `acting-${Date.now()}@example.com`;
      const visitor = await Visitor.enter(app, 'sign-up', email, 'correct horse battery');
      await visitor.model({ action: 'pace', firstTokenMs: 0, tokenMs: 0 });
      const harness = new ActingHarness(visitor);
      const part = planned.slice(from, from + PART);
      const kind = `acting ${from + 1} to ${from + part.length}`;
      good = (await playAll(kind, part, (point) => harness.play(point))) && good;
    }
  }
  if (values.only === undefined || values.only === 'daily') {
    const planned = some(dailyBatches(randomOf(Number(values.seed))));
    const harness = new DailyHarness(app);
    console.log(`daily: windows of ${await harness.measure()} ms`);
    good = (await playAll('daily, windows by four', planned, (batch) => harness.play(batch))) && good;
    const deaths = planned.reduce((sum, batch) => sum + batch.deaths.length * WINDOWS, 0);
    const { hits, steps, sums } = harness;
    console.log(
      `daily: seed ${values.seed}, deaths in windows planned ${deaths}, hit ${hits.length}, distinct steps ${steps.size} of ${STEPS}, ` +
        `at ${hits.map((percent) => percent.toFixed(1)).join(' ')} %; totals ${JSON.stringify(sums)}`,
    );
    // On a slow machine some windows begin late, or end before their plan stands: half must have had their work.
    const worked = sums.planned * 2 >= sums.windows;
    good = worked && (values.points !== undefined || steps.size === STEPS) && good;
  }
} finally {
  await browser.close();
  await app.stop();
  folder.remove();
}
process.exit(good ? 0 : 1);
