/** `npm run test:crash`: every point, with totals. `--points N --seed S` takes a sample. Exit code 1 on any fault. */
import { parseArgs } from 'node:util';
import { launchBrowser } from '#dev/browser/launch.ts';
import { startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { CrashHarness, type Verdict } from './harness.ts';
import { points, sample } from './points.ts';

const { values } = parseArgs({
  options: { points: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const planned = values.points === undefined ? points : sample(Number(values.points), Number(values.seed));
const folder = makeRunFolder('crash');
const app = await startApp({
  port: 0,
  folder: folder.path,
  fast: true,
  sources: { example: readExample(), environment: {}, devVars: new Map() },
});
const browser = await launchBrowser();
const verdicts: Verdict[] = [];
try {
  const page = await browser.newPage();
  const harness = new CrashHarness(app, page);
  await harness.enter();
  for (const point of planned) {
    const verdict = await harness.play(point).catch((error: unknown): Verdict => ({
      point: point.name,
      resumedMs: 0,
      faults: [`broke: ${String(error)}`],
    }));
    verdicts.push(verdict);
    const told = verdict.faults.length === 0 ? `${verdict.resumedMs} ms` : verdict.faults.join('; ');
    console.log(`${verdict.faults.length === 0 ? 'ok  ' : 'FAIL'} ${point.name}: ${told}`);
  }
} finally {
  await browser.close();
  await app.stop();
  folder.remove();
}

const faults = verdicts.filter((verdict) => verdict.faults.length > 0);
const times = verdicts.map(({ resumedMs }) => resumedMs).toSorted((a, b) => a - b);
console.log(
  `planned ${planned.length}, hit ${verdicts.length}, distinct ${new Set(verdicts.map(({ point }) => point)).size}, ` +
    `faults ${faults.length}; whole again after p50 ${times[Math.floor(times.length / 2)]} ms, max ${times.at(-1)} ms`,
);
process.exit(faults.length === 0 && verdicts.length === planned.length ? 0 : 1);
