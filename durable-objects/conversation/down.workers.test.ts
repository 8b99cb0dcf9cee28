/**
 * Down from 07:50 to 12:00: the process is gone, nothing rings, and then the alarm does, as the platform has it. Each kind
 * of schedule under each policy for missed runs runs what that says and no more, and every due time between has a receipt.
 */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MissedPolicy, type Schedule } from '#shared/protocol/schedule.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { receiptsOf, runsOf, scheduled } from '#test/workers/schedules.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (at: number) => new Date(at).toISOString();

/** A time to be down in. Far ahead, so that no alarm rings by the clock of this machine. */
interface Down {
  zone: string;
  made: number;
  from: number;
  until: number;
}

/** A schedule, its due times while nobody was there, and what each policy makes of them. */
interface Kind {
  name: string;
  rule: { cron: string } | { at: string } | { every: number };
  due: number[];
  next: number | null;
  says: Record<MissedPolicy, string[]>;
}

beforeEach(() => standIn.hurry());
afterEach(() => vi.useRealTimers());

/** From first to last, both included. */
const range = (first: number, last: number, step: number) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);

/** The last due time is not too late yet: it is run, or skipped with those before it, which are missed in any case. */
function inTime(kind: Omit<Kind, 'says'>): Kind {
  const { length } = kind.due;
  const before = length === 1 ? [] : [`${length - 1} missed was_down`];
  return {
    ...kind,
    says: { run_late: [...before, '1 late was_down'], skip: [`${length} missed skips_missed`] },
  };
}

/**
 * A day in a zone whose clocks are so far ahead of UTC all day: the due times follow from that alone.
 * Made at 07:40, from which `every` counts.
 */
function kindsOf(aheadMs: number): { down: Omit<Down, 'zone'>; kinds: Kind[] } {
  const at = (hour: number, minute = 0) =>
    Date.parse('2031-07-08T00:00Z') + hour * HOUR + minute * MINUTE - aheadMs;
  const kinds: Kind[] = [
    {
      name: 'each hour, the last one on time',
      rule: { cron: '0 * * * *' },
      due: range(at(8), at(12), HOUR),
      next: at(13),
      says: {
        run_late: ['4 missed was_down', '1 ran on_time'],
        skip: ['4 missed was_down', '1 ran on_time'],
      },
    },
    inTime({
      name: 'each hour, the last one twenty minutes late',
      rule: { cron: '40 * * * *' },
      due: range(at(8, 40), at(11, 40), HOUR),
      next: at(12, 40),
    }),
    {
      name: 'each hour, the last one later than half the interval',
      rule: { cron: '20 * * * *' },
      due: range(at(8, 20), at(11, 20), HOUR),
      next: at(12, 20),
      says: { run_late: ['4 missed too_late'], skip: ['4 missed skips_missed'] },
    },
    inTime({
      name: 'every quarter of an hour',
      rule: { every: 900 },
      due: range(at(7, 55), at(11, 55), 15 * MINUTE),
      next: at(12, 10),
    }),
    inTime({
      name: 'once',
      rule: { at: '2031-07-08T08:30' },
      due: [at(8, 30)],
      next: null,
    }),
    inTime({
      name: 'at fixed hours of the morning',
      rule: { cron: '15 6-11 * * *' },
      due: range(at(8, 15), at(11, 15), HOUR),
      next: at(30, 15),
    }),
  ];
  return { down: { made: at(7, 40), from: at(7, 50), until: at(12) }, kinds };
}

/** The process is gone: what was in memory is lost. */
const die = ({ id }: Talk) =>
  runInDurableObject(conversation(env, id), (_instance, state) => state.abort('down')).catch(() => {});

/** The alarm rings, and the net asks as well: who comes second finds nothing to do. Whether there was an alarm. */
async function ring({ id }: Talk): Promise<boolean> {
  const rang = await runDurableObjectAlarm(conversation(env, id));
  await Promise.all([conversation(env, id).checkIn(), runDurableObjectAlarm(conversation(env, id))]);
  return rang;
}

/** Each receipt stands for the due times that come next, no more and no fewer: all of them are told, once. */
async function told(talk: Talk, schedule: Schedule, due: ReadonlyArray<number>): Promise<string[]> {
  const receipts = (await receiptsOf(talk, schedule)).toReversed();
  const left = [...due];
  for (const { count, dueAt, lastDueAt } of receipts) {
    const these = left.splice(0, count).map(iso);
    expect([these.length, these[0], these.at(-1)]).toEqual([count, dueAt, lastDueAt]);
  }
  expect(left.map(iso)).toEqual([]);
  return receipts.map(({ count, status, reason }) => `${count} ${status} ${reason}`);
}

/** The runs of a conversation: how each ended, and which due times it looked after. */
const runs = async (talk: Talk) =>
  (await runsOf(talk)).map(({ trigger: { source }, outcome }) => [
    outcome,
    ...(source ? [source, ...(source.together ?? [])] : []).map(({ dueAt }) => dueAt),
  ]);

const isStarted = (line: string) => /ran|late was_down/.test(line);

interface Watched {
  talk: Talk;
  schedules: Array<{ schedule: Schedule; kind: Kind; missed: MissedPolicy }>;
}

async function conversationWith(browser: TestBrowser, zone: string, given: Array<[Kind, MissedPolicy]>) {
  const talk = await Talk.begin(browser);
  const schedules: Watched['schedules'] = [];
  for (const [kind, missed] of given) {
    const schedule = await scheduled(talk, { ...kind.rule, timezone: zone, missed });
    expect([kind.name, schedule.nextAt]).toEqual([kind.name, iso(kind.due[0] ?? 0)]);
    schedules.push({ schedule, kind, missed });
  }
  return { talk, schedules };
}

/** What stands in a conversation after it came back: receipts, one run at most, the next due times. */
async function holds({ talk, schedules }: Watched): Promise<void> {
  const started: string[] = [];
  for (const { schedule, kind, missed } of schedules) {
    const { name, due, says } = kind;
    expect([name, missed, await told(talk, schedule, due)]).toEqual([name, missed, says[missed]]);
    if (says[missed].some(isStarted)) started.push(iso(due.at(-1) ?? 0));
  }
  expect(await runs(talk)).toEqual(started.length === 0 ? [] : [['completed', ...started.toSorted()]]);
  const states = (await talk.get()).schedules.map(({ nextAt, status, runs: count }) => ({
    nextAt,
    status,
    count,
  }));
  expect(states).toEqual(
    schedules.map(({ kind: { next, says }, missed }) => ({
      nextAt: next === null ? null : iso(next),
      status: next === null ? 'ended' : 'live',
      count: says[missed].filter(isStarted).length,
    })),
  );
}

/** Conversations are set up, the process dies, and the alarm of each rings when it is back. In how many all holds. */
async function play(
  { zone, made, from, until }: Down,
  given: Array<Array<[Kind, MissedPolicy]>>,
): Promise<number> {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(made);
  const browser = await newcomer();
  const all: Watched[] = [];
  for (const each of given) all.push(await conversationWith(browser, zone, each));
  vi.setSystemTime(from);
  for (const { talk } of all) await die(talk);
  vi.setSystemTime(until);
  for (const { talk } of all) expect(await ring(talk)).toBe(true);
  await browser.enter('refresh');
  for (const watched of all) {
    const { talk, schedules } = watched;
    const runs = schedules.some(({ kind, missed }) => kind.says[missed].some(isStarted));
    if (runs) await (await talk.watch()).ended();
    await holds(watched);
  }
  // Again, and a moment later: what was decided stands.
  vi.setSystemTime(until + 1_000);
  for (const watched of all) {
    await ring(watched.talk);
    await holds(watched);
  }
  return all.length;
}

const policies = (kind: Kind) =>
  MissedPolicy.options.map((missed): Array<[Kind, MissedPolicy]> => [[kind, missed]]);

describe.each([
  ['Asia/Kolkata', 5.5 * HOUR],
  ['America/New_York', -4 * HOUR],
] as const)('down from 07:50 to 12:00 in %s', (zone, aheadMs) => {
  const { down, kinds } = kindsOf(aheadMs);
  it.each(kinds)('$name, under each policy', async (kind) => {
    expect(await play({ zone, ...down }, policies(kind))).toBe(2);
  });

  it('four kinds of one conversation share one run, each with its own receipts', async () => {
    const [, hourly, , quarters, once, morning] = kinds;
    if (!hourly || !quarters || !once || !morning) throw new Error('a kind is missing');
    const four: Array<[Kind, MissedPolicy]> = [
      [hourly, 'run_late'],
      [quarters, 'run_late'],
      [once, 'run_late'],
      [morning, 'skip'],
    ];
    expect(await play({ zone, ...down }, [four])).toBe(1);
  });
});

it.each([
  ['run_late', 'late was_busy', 2],
  ['skip', 'missed skips_missed', 1],
] as const)('what is immediate, and waited for a turn that died, under %s', async (missed, says, count) => {
  const { down } = kindsOf(0);
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(down.from - 1_000);
  const talk = await Talk.begin(await newcomer());
  const words = `busy ${talk.id}`;
  await standIn.hold(words);
  await talk.say(words);
  await standIn.held();
  const schedule = await scheduled(talk, { immediate: true, missed });
  await die(talk);
  await standIn.release();
  vi.setSystemTime(down.until);
  expect(await ring(talk)).toBe(true);
  await talk.browser.enter('refresh');
  await (await talk.watch()).ended(count);
  await ring(talk);
  expect(await told(talk, schedule, [down.from - 1_000])).toEqual([`1 ${says}`]);
  expect((await runs(talk)).map(([outcome]) => outcome)).toEqual(Array(count).fill('completed'));
  expect((await talk.get()).schedules).toMatchObject([{ status: 'ended', runs: count - 1, nextAt: null }]);
});

/** Times of a day in UTC, written down by hand. */
const utc = (day: string, ...times: string[]) => times.map((time) => Date.parse(`${day}T${time}Z`));

/** What clocks do to a rule: its due times that day, and the first one after it. */
interface Changed extends Pick<Kind, 'name' | 'rule'> {
  due: string[];
  next: string | null;
}

/** A night in Los Angeles whose clocks change while nobody is there. What comes each hour goes on by real time. */
function night(name: string, day: string, changed: Changed[]): { name: string; day: string; kinds: Kind[] } {
  const hourly: Changed = {
    name: 'each hour',
    rule: { cron: '45 * * * *' },
    due: ['08:45', '09:45', '10:45', '11:45'],
    next: `${day}T12:45Z`,
  };
  const kinds = [hourly, ...changed].map(({ due, next, ...rest }) =>
    inTime({ ...rest, due: utc(day, ...due), next: next === null ? null : Date.parse(next) }),
  );
  return { name, day, kinds };
}

const changes = [
  // 02:00 PST is 03:00 PDT at 10:00 UTC.
  night('set forward', '2031-03-09', [
    {
      name: 'at fixed hours of the night, one of which is skipped',
      rule: { cron: '30 1-4 * * *' },
      due: ['09:30', '10:00', '10:30', '11:30'],
      next: '2031-03-10T08:30Z',
    },
    {
      name: 'once, at a time that does not exist',
      rule: { at: '2031-03-09T02:30' },
      due: ['10:00'],
      next: null,
    },
  ]),
  // 02:00 PDT is 01:00 PST at 09:00 UTC.
  night('set back', '2031-11-02', [
    {
      name: 'at fixed hours of the night, one of which comes twice',
      rule: { cron: '30 1-3 * * *' },
      due: ['08:30', '10:30', '11:30'],
      next: '2031-11-03T09:30Z',
    },
    {
      name: 'once, at a time that comes twice',
      rule: { at: '2031-11-02T01:30' },
      due: ['08:30'],
      next: null,
    },
  ]),
];

describe.each(changes)('down while clocks are $name', ({ day, kinds }) => {
  const [made = 0, from = 0, until = 0] = utc(day, '07:48', '07:50', '12:00');
  const down = { zone: 'America/Los_Angeles', made, from, until };
  it.each(kinds)('$name, under each policy', async (kind) => {
    expect(await play(down, policies(kind))).toBe(2);
  });
});
