import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '#dev/browser/launch.ts';
import { type App, startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { CrashHarness } from '../crash/harness.ts';
import { ActingHarness } from '../crash/acting.ts';
import { actingPoints } from '../crash/acting-points.ts';
import { points, sample } from '../crash/points.ts';
import { SchedulesHarness } from '../crash/schedules.ts';
import { scheduleWaves } from '../crash/schedules-points.ts';
import { Visitor } from '../crash/visitor.ts';
import { randomOf } from '../simulate/random.ts';

// An app of its own: it is killed here, and the other journeys should not notice.
const folder = makeRunFolder('crash');
let app: App;
let browser: Browser;

beforeAll(async () => {
  const sources = { example: readExample(), environment: {}, devVars: new Map<string, string>() };
  app = await startApp({ port: 0, folder: folder.path, fast: true, build: false, sources });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await folder.remove();
});

it('killed in the middle of a reply, the app goes on by itself and the open page catches up', async () => {
  const harness = new CrashHarness(app, await browser.newPage());
  await harness.enter();
  for (const point of sample(points, 3, 20_261_121))
    expect(await harness.play(point)).toMatchObject({ faults: [] });
});

it('killed in the middle of work outside, nothing happens twice and nothing is hidden', async () => {
  const visitor = await Visitor.signUp(app, `acting-${Date.now()}@example.com`);
  await visitor.hurry();
  const harness = new ActingHarness(visitor);
  for (const point of sample(actingPoints, 4, 20_261_124))
    expect(await harness.play(point)).toMatchObject({ faults: [] });
});

it('killed in work by schedule, each due time runs once and says so', async () => {
  const [wave] = scheduleWaves(randomOf(20_261_129));
  const played = await new SchedulesHarness(app).play({
    points: wave?.points.slice(0, 5) ?? [],
    long: false,
  });
  expect(played).toHaveLength(5);
  for (const verdict of played) expect(verdict).toMatchObject({ faults: [] });
});
