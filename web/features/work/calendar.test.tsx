import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { localDay } from '#shared/core/schedule/local-days.ts';
import type { CalendarItem, CalendarLine } from '#shared/protocol/calendar.ts';
import { ada, refusal, serve, signIn } from '#web/test-server.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { entriesOf, timesOf } from './calendar-days.ts';
import { CalendarWeek, weekFrom } from './calendar.tsx';
import { calendarSaid } from './work-words.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const item = (at: string, more: Partial<CalendarItem> = {}): CalendarItem => ({
  at: `2026-11-${at}:00.000Z`,
  lastAt: `2026-11-${at}:00.000Z`,
  count: 1,
  status: 'due',
  reason: null,
  run: null,
  ...more,
});
const line = (items: CalendarItem[], more: Partial<CalendarLine> = {}): CalendarLine => ({
  kind: 'schedule',
  id: idOf(1),
  conversationId: idOf(2),
  title: 'Trip',
  name: 'News',
  words: 'every day at 08:00',
  items,
  cut: false,
  ...more,
});
const missed = item('23T22:00', {
  lastAt: '2026-11-25T04:00:00.000Z',
  count: 30,
  status: 'missed',
  reason: 'was_down',
});
const done = item('25T08:00', {
  status: 'ran',
  reason: 'on_time',
  run: { id: idOf(9), status: 'ended', outcome: 'completed', code: null },
});

test('a day has what falls on it, and a row on each day that it covers', () => {
  const lines = [line([item('24T08:00'), missed, done])];
  const day = (of: string) => localDay('UTC', Date.parse(`2026-11-${of}T12:00:00Z`));
  const times = (of: string) => entriesOf(lines, day(of)).map((entry) => timesOf(entry.item, day(of), 'UTC'));
  expect(times('23')).toEqual([expect.stringMatching(/^(?:22|10):00.* – …$/)]);
  expect(times('24')).toEqual(['… – …', expect.stringMatching(/^0?8:00/)]);
  expect(times('25')).toEqual([expect.stringMatching(/^… – 0?4:00/), expect.stringMatching(/^0?8:00/)]);
  expect(times('26')).toEqual([]);
  const twice = { ...item('24T08:00'), lastAt: '2026-11-24T08:00:30.000Z', count: 2 };
  expect(timesOf(twice, day('24'), 'UTC'), 'a minute is no stretch of time').toMatch(/^0?8:00(?: AM)?$/);
});

test('an item says how it ended, and why; never only that it was begun', () => {
  expect(calendarSaid(done)).toEqual({ tone: 'ok', word: 'Done', why: 'on time' });
  const run = { id: idOf(9), status: 'waiting' as const, outcome: 'waiting' as const, code: null };
  expect(calendarSaid({ ...done, run, status: 'late', reason: 'was_down' })).toMatchObject({
    tone: 'waiting',
    word: 'Waiting for you, late',
  });
  expect(calendarSaid(missed)).toMatchObject({
    word: 'Missed, 30 times',
    why: 'the app was down at that time',
  });
  expect(calendarSaid(item('26T08:00', { count: 288 }))).toMatchObject({ word: 'Due, 288 times' });
});

test('weeks follow each other in a zone whose clocks change', () => {
  const zone = 'Europe/Berlin';
  const now = Date.parse('2026-10-25T22:30:00Z');
  const first = (moved: number) => weekFrom(zone, now, moved)[0]?.from;
  expect(first(0)).toBe(Date.parse('2026-10-18T22:00:00Z'));
  expect(first(1)).toBe(Date.parse('2026-10-25T23:00:00Z'));
  expect(weekFrom(zone, now, -1).at(-1)?.to).toBe(first(0));
});

const show = async (answer: Response, moved = 0) => {
  serve({ 'GET /api/calendar': answer });
  signIn();
  render(
    <UserContext value={ada}>
      <CalendarWeek days={weekFrom('UTC', NOW, moved)} zone="UTC" now={NOW} version="1" />
    </UserContext>,
  );
};

test('each item leads to its run or its conversation, and says why', async () => {
  const items = [line([done, item('26T08:00')])];
  await show(Response.json({ from: missed.at, to: missed.at, items, notAsked: 2 }));
  const links = await screen.findAllByRole('link', { name: /News/ });
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    `/c/${idOf(2)}/runs/${idOf(9)}`,
    `/c/${idOf(2)}/work`,
  ]);
  fireEvent.click(screen.getByText('Done'));
  expect(screen.getByText(/^On time\. Its rule: every day at 08:00/)).toBeTruthy();
  expect(screen.getByText('Today', { exact: false }).closest('li')?.getAttribute('aria-current')).toBe(
    'date',
  );
  expect(screen.getByRole('alert').textContent).toContain('2 conversations could not be looked at');
});

test('an empty week says so, and one that cannot be had can be asked for again', async () => {
  await show(Response.json({ from: missed.at, to: missed.at, items: [], notAsked: 0 }));
  expect(await screen.findByText('Nothing in this week.')).toBeTruthy();
  expect(screen.queryByText(/are not shown/)).toBeNull();
});

test('a week of long ago says that deleted schedules are missing', async () => {
  await show(Response.json({ from: missed.at, to: missed.at, items: [], notAsked: 0 }), -20);
  expect(await screen.findByText(/^Schedules that were deleted over 90 days ago are not shown/)).toBeTruthy();
});

test('a refusal is told, with a way to try again', async () => {
  await show(refusal('bad_request'));
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy();
});
