/**
 * `npm run bench daily`: a hundred people whose day begins at the same minute, in one process. How late each window begins,
 * and how long each lead waits for its first turn; all with the app's own alarms and in real time.
 *
 *   --count 20   people instead of a hundred
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { type App, startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { Session } from '#shared/protocol/account.ts';
import { DailyRun, DailyRunSummary } from '#shared/protocol/daily.ts';
import { EventPage } from '#shared/protocol/events.ts';
import { call } from '../lib/call.ts';

/** Later than this no window may begin, and no lead be asked. */
const WINDOW_MS = 2_000;
const LEAD_MS = 30_000;
/** How long after the minute figures are read: nothing is asked while it works. */
const QUIET_MS = 45_000;
const MINUTE = 60_000;

interface Figures {
  windows: number[];
  turns: number[];
  plans: number[];
  lost: number;
  twice: number;
}

/** What became of one person's day. */
async function lookAt(app: App, token: string, due: number, figures: Figures): Promise<void> {
  const list = await call(app, token, 'GET', '/api/daily/runs');
  const { items } = z.object({ items: z.array(DailyRunSummary) }).parse(list);
  const [summary] = items;
  if (items.length > 1) figures.twice += 1;
  const got = summary && (await call(app, token, 'GET', `/api/daily/runs/${summary.id}`));
  const run = got === undefined ? null : z.object({ run: DailyRun }).parse(got).run;
  if (run === null || run.leadId === null) {
    figures.lost += 1;
    return;
  }
  figures.windows.push(Date.parse(run.startedAt) - due);
  const log = await call(app, token, 'GET', `/api/conversations/${run.leadId}/events`);
  const turn = EventPage.parse(log).events.find(({ type }) => type === 'turn_started');
  figures.turns.push(turn ? Date.parse(turn.at) - due : Infinity);
  const plan = run.tasks.map(({ createdAt }) => Date.parse(createdAt) - due);
  figures.plans.push(plan.length > 0 ? Math.min(...plan) : Infinity);
}

async function measure(app: App, count: number): Promise<Figures> {
  const tokens: string[] = [];
  for (let at = 0; at < count; at += 4)
    tokens.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(4, count - at) }, async () => {
          const body = {
            email: `bench-${crypto.randomUUID()}@example.com`,
            password: 'correct horse battery',
          };
          return Session.parse(await call(app, '', 'POST', '/api/auth/sign-up', body)).accessToken;
        }),
      )),
    );
  const due = (Math.floor((Date.now() + 15_000) / MINUTE) + 1) * MINUTE;
  const settings = {
    ...usualSettings,
    enabled: true,
    timezone: 'UTC',
    days: [0, 1, 2, 3, 4, 5, 6],
    start: new Date(due).toISOString().slice(11, 16),
  };
  for (const token of tokens) await call(app, token, 'PUT', '/api/daily/settings', settings);
  if (Date.now() > due) throw new Error('The settings were not made in time.');
  await delay(due + QUIET_MS - Date.now());
  const figures: Figures = { windows: [], turns: [], plans: [], lost: 0, twice: 0 };
  for (const token of tokens) await lookAt(app, token, due, figures);
  return figures;
}

const line = (name: string, values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) =>
    String(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 'none');
  return `${name.padEnd(24)} ${[at(0), at(0.5), at(0.99), at(1)].map((each) => each.padStart(8)).join(' ')}`;
};

export async function run(): Promise<boolean> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { count: { type: 'string', default: '100' } },
  });
  const count = Number(values.count);
  const folder = makeRunFolder('bench');
  const sources = { example: readExample(), environment: {}, devVars: new Map<string, string>() };
  const app = await startApp({ port: 0, folder: folder.path, fast: true, sources });
  try {
    const { windows, turns, plans, lost, twice } = await measure(app, count);
    console.log(`${count} people at the same minute, after it in ms`);
    console.log(
      `${''.padEnd(24)} ${['first', 'p50', 'p99', 'last'].map((each) => each.padStart(8)).join(' ')}`,
    );
    console.log(line('window begins', windows));
    console.log(line("lead's first turn", turns));
    console.log(line('plan stands', plans));
    console.log(`lost ${lost}, twice ${twice}`);
    const wrong = [
      ...(lost + twice > 0 ? ['a day is lost or twice'] : []),
      ...(windows.some((late) => late < 0) ? ['a window begins early'] : []),
      ...(windows.some((late) => late >= WINDOW_MS) ? [`a window begins after ${WINDOW_MS} ms`] : []),
      ...(turns.some((late) => late >= LEAD_MS) ? [`a lead is asked after ${LEAD_MS} ms`] : []),
    ];
    console.log(wrong.length === 0 ? 'PASS' : `MISSED: ${wrong.join('; ')}`);
    return wrong.length === 0;
  } finally {
    await app.stop();
    folder.remove();
  }
}
