import { expect, it } from 'vitest';
import { scheduleOf } from '#test/core/schedule-state.ts';
import { approvalOf } from '#shared/protocol/fixtures.ts';
import type { BuiltinSpec, BuiltinWorld } from './builtin.ts';
import { createSchedule, listRuns, updateSchedule } from './builtins/schedules.ts';
import { editedCall } from './edited.ts';

const now = Date.parse('2026-11-24T07:00:00Z');
const id = '019a0000-0000-7000-8000-000000000001';
const talk = '019a0000-0000-7000-8000-000000000002';
const morning = scheduleOf(
  { type: 'cron', cron: '0 8 * * 1-5' },
  { id, name: 'Morning', timezone: 'Europe/Zurich' },
);
const world: BuiltinWorld = { now, timezone: 'UTC', conversation: { id: talk, schedules: [morning] } };
const asked = { id, cron: '30 9 * * *' };
const change = updateSchedule.previewChange?.(asked, world);
const update = approvalOf({
  from: null,
  name: 'update_schedule',
  input: asked,
  ...(change ? { change } : {}),
});
const changed = (input: Record<string, unknown>, of = world) => editedCall(update, input, updateSchedule, of);

const news = { name: 'News', instruction: 'Look', cron: '0 8 * * *' };
const tools = [{ name: 'fetch', title: 'Fetch', connection: null, state: 'runs' as const }];
const schedule = { words: 'every day at 08:00', timezone: 'UTC', fires: [], tools };
const create = approvalOf({ from: null, name: 'create_schedule', input: news, schedule });
const made = (input: Record<string, unknown>, of = world) => editedCall(create, input, createSchedule, of);

it('tells what an edited change would do, as the first card did', () => {
  expect(changed(asked)).toEqual({ ok: true, change });
  const edited = changed({ id, cron: '0 10 * * *', timezone: 'Asia/Tokyo' });
  expect(edited).toMatchObject({
    change: {
      before: { words: 'every weekday at 08:00', timezone: 'Europe/Zurich' },
      after: { words: 'every day at 10:00', timezone: 'Asia/Tokyo' },
      fires: [25, 26, 27, 28, 29].map((day) => `2026-11-${day}T01:00:00.000Z`),
    },
  });
});

it('tells what an edited proposal would do, with the tools that were looked at when it was asked', () => {
  const edited = made({ ...news, cron: '0 9 * * *', count: 2 });
  expect(edited).toMatchObject({ schedule: { words: 'every day at 09:00', ends: true, tools } });
});

it('says what is wrong with arguments that no schedule can keep', () => {
  for (const [part, why] of [
    [{ cron: '0 8 30 2 *' }, 'This never comes, as 30 February never does.'],
    [{ cron: '* * * * * *' }, 'once a minute is the most'],
    [{ cron: 'every morning' }, 'A cron pattern has five fields'],
    [{ cron: '61 8 * * *' }, 'This is no cron pattern'],
    [{ cron: undefined, every: 1 }, '"every" is a whole number of seconds, from 60'],
    [{ timezone: 'Europe/Atlantis' }, 'There is no time zone "Europe/Atlantis".'],
    [{ timezone: 'Zürich' }, '"timezone": must be the name of a time zone'],
    [{ until: '2026-11-01T00:00:00Z' }, /passed|before it runs once/],
    [{ count: 0 }, '"count"'],
    [{ hour: 8 }, 'The arguments'],
  ] as const)
    for (const edited of [changed({ ...asked, ...part }), made({ ...news, ...part })])
      expect([part, edited]).toEqual([
        part,
        { ok: false, code: 'bad_schedule', detail: expect.stringMatching(why) },
      ]);
});

it('counts what comes due too often beside what is there', () => {
  const busy = Array.from({ length: 2 }, (_, n) =>
    scheduleOf({ type: 'every', seconds: 60, anchor: '2026-11-24T07:00:00.000Z' }, { id: `${n}` }),
  );
  const full = { ...world, conversation: { id: talk, schedules: [morning, ...busy] } };
  const why = { ok: false, detail: expect.stringContaining('more than 120 times an hour') };
  expect(changed({ id, every: 3_600 }, full)).toMatchObject(why);
  expect(made({ ...news, cron: null, every: 3_600 }, full)).toMatchObject(why);
  expect(changed({ id, name: 'Noon' }, full).ok).toBe(true);
});

it('stays with its schedule, as long as that is there', () => {
  const other = { ...morning, id: talk };
  const two = { ...world, conversation: { id: talk, schedules: [morning, other] } };
  const stays = { code: 'bad_schedule', detail: 'Which schedule it is about stays.' };
  expect(changed({ ...asked, id: talk }, two)).toMatchObject(stays);
  const gone = { ...world, conversation: { id: talk, schedules: [other] } };
  expect(changed(asked, gone)).toMatchObject({ detail: 'This schedule is not there any more.' });
});

it('checks the arguments of any tool of ours', () => {
  const mail = approvalOf({ from: null, name: 'mail', input: {} });
  const spec: BuiltinSpec = {
    ...listRuns,
    check: (input) => (input['to'] === undefined ? 'No.' : null),
  };
  expect(editedCall(mail, { to: 'bob' }, spec, world)).toEqual({ ok: true });
  expect(editedCall(mail, {}, spec, world)).toEqual({ ok: false, code: 'bad_arguments', detail: 'No.' });
});
