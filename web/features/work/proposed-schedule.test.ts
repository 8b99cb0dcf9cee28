import { describe, expect, it } from 'vitest';
import { conditionWords, tidied } from './conditions.tsx';
import { draftOfInput, inputOfDraft } from './proposed-schedule.ts';
import { previewed } from './schedule-draft.ts';

const zone = 'Europe/Berlin';
const now = Date.parse('2026-11-24T12:00:00Z');
const again = (input: Record<string, unknown>, change = {}) =>
  inputOfDraft({ ...draftOfInput(input, zone, now), ...change }, input, zone);

describe('a proposed schedule in the editor', () => {
  it('comes back as it was, with what the editor does not know', () => {
    for (const when of [
      { cron: '*/5 * * * *' },
      { cron: '30 8 * * 1-5' },
      { every: 1_800 },
      { at: '2026-11-30T08:00' },
    ]) {
      const input = { name: 'Mail', instruction: 'Look', ...when, tools: ['search_mail'] };
      expect(again(input)).toEqual(input);
    }
    const bounds = {
      missed: 'skip',
      overlap: 'skip',
      count: 3,
      timezone: 'Asia/Tokyo',
      until: '2026-12-01T07:00:00.000Z',
    };
    const input = { name: 'Mail', instruction: 'Look', cron: '0 8 * * *', ...bounds };
    expect(again(input)).toEqual(input);
  });

  it('takes another time in the place of the one proposed, and what Claude left out', () => {
    const input = { name: 'Mail', instruction: 'Look', cron: '*/5 * * * *', missed: null };
    const change = { kind: 'days', days: [], time: '09:15', count: '10', missed: 'skip' };
    expect(again(input, change)).toEqual({
      name: 'Mail',
      instruction: 'Look',
      cron: '15 9 * * *',
      count: 10,
      missed: 'skip',
    });
  });

  it('is previewed with its bounds, its words and its place', () => {
    const input = {
      instruction: ' Look ',
      cron: '30 8 * * 1-5',
      count: 2,
      until: '2026-12-01T07:00:00.000Z',
    };
    const of = { conversationId: 'c', scheduleId: 's' };
    expect(previewed(draftOfInput(input, zone, now), zone, of)).toEqual({
      cron: '30 8 * * 1-5',
      timezone: null,
      count: 2,
      until: '2026-12-01T07:00:00.000Z',
      instruction: 'Look',
      ...of,
    });
    expect(previewed(draftOfInput({ every: 60 }, zone, now), zone, {})).not.toHaveProperty('instruction');
  });

  it('shows a time with an offset on the wall of the zone, and leaves at once what begins at once', () => {
    expect(draftOfInput({ at: '2026-11-30T07:00:00Z' }, zone, now).at).toBe('2026-11-30T08:00');
    const fixed = { name: 'Call', instruction: 'Look', at: '2026-11-30T08:00:00+01:00' };
    // An instant stays that one wherever its person goes, also when only the name is edited.
    expect(again(fixed, { name: 'Calls' })).toEqual({
      ...fixed,
      name: 'Calls',
      at: '2026-11-30T07:00:00.000Z',
    });
    expect(draftOfInput({ at: 'somewhen+99:99' }, zone, now)).toMatchObject({ fixed: false });
    const input = { name: 'Now', instruction: 'Look', immediate: true };
    expect(again(input, { instruction: 'Look well' })).toEqual({ ...input, instruction: 'Look well' });
  });
});

it('says conditions in words, and drops what was left empty', () => {
  expect(conditionWords({ path: 'issue.state', is: 'one_of', value: ['open', 7] })).toBe(
    'issue.state is one of “open” or 7',
  );
  expect(conditionWords({ path: '', is: 'contains', value: 'bug' })).toBe('the whole text contains “bug”');
  expect(conditionWords({ path: 'a', is: 'exists' })).toBe('a is there');
  expect(tidied([{ path: 'a', is: 'one_of', value: ['x', ''] }])).toEqual([
    { path: 'a', is: 'one_of', value: ['x'] },
  ]);
  expect(tidied([])).toBeNull();
});
