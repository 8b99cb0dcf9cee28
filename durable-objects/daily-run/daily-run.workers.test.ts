/** A daily run in its objects: the plan, the sub-agents, what needs the person, the hard stop, the report. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { DailyRun, type DailyTask } from '#shared/protocol/daily.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { dailyRun } from './client.ts';

const EIGHT = Date.parse('2026-11-24T08:00:00Z');
const MINUTE = 60_000;
const One = z.object({ run: DailyRun });

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(EIGHT);
});
afterEach(() => vi.useRealTimers());

class Day {
  readonly ada: TestBrowser;
  readonly id: string;
  constructor(ada: TestBrowser, id: string) {
    this.ada = ada;
    this.id = id;
  }

  static async begin(body: Record<string, unknown> = {}): Promise<Day> {
    const ada = await newcomer();
    const response = await ada.call('POST', '/api/daily/runs', { body });
    if (response.status !== 201) throw new Error(await response.text());
    return new Day(ada, One.parse(await response.json()).run.id);
  }

  async get(): Promise<DailyRun> {
    const response = await this.ada.call('GET', `/api/daily/runs/${this.id}`);
    return One.parse(await response.json()).run;
  }

  /** Waits until the board is as it should be: the objects work on their own. */
  until(is: (run: DailyRun) => boolean): Promise<DailyRun> {
    return vi.waitFor(
      async () => {
        const run = await this.get();
        if (!is(run)) throw new Error(JSON.stringify(run, null, 1));
        return run;
      },
      { timeout: 10_000, interval: 50 },
    );
  }

  ring(time: number) {
    vi.setSystemTime(time);
    return runDurableObjectAlarm(dailyRun(env, this.id));
  }
}

const statuses = (tasks: ReadonlyArray<DailyTask>) =>
  Object.fromEntries(tasks.map(({ title, status }) => [title, status]));

it('plans, hands out, and reports what was done', async () => {
  const day = await Day.begin();
  const done = await day.until(({ tasks }) => tasks.some(({ status }) => status === 'completed'));
  expect(statuses(done.tasks)).toMatchObject({ 'Write the outline of the day': 'completed' });
});
