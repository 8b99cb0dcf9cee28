import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Notification } from '#shared/protocol/notification.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { hearNews, hearRead } from '#web/data/news.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { toasts } from '#web/ui/toast.ts';
import { headOf, lineOf } from './news-words.ts';
import { NewsList } from './news.tsx';

const news = (number: number, more: Partial<Notification> = {}): Notification => ({
  id: `${idOf(1)}:${number}`,
  kind: 'result',
  conversationId: idOf(1),
  title: 'Trip to Rome',
  source: 'Flight receipts',
  text: 'No new receipts.',
  code: null,
  path: null,
  at: `2026-11-20T10:0${number}:00.000Z`,
  readAt: null,
  loud: true,
  ...more,
});
const settings = { only: 'all', quiet: null };

async function open(items: Notification[], more: { clearedUntil?: string } = {}) {
  const asked = serve({
    'GET /api/notifications': Response.json({ items, nextCursor: null, unread: items.length, ...more }),
    'POST /api/notifications/read': Response.json({ unread: 0 }),
    'GET /api/notifications/settings': Response.json({ settings }),
    'PUT /api/notifications/settings': ({ body }) => Response.json({ settings: body }),
  });
  signIn();
  render(
    <UserContext value={ada}>
      <NewsList />
    </UserContext>,
  );
  await screen.findByText(items.length === 0 ? /Nothing yet/ : /Flight receipts/);
  return asked;
}

test('says what happened first, and never a code', () => {
  expect(headOf(news(1))).toBe('Flight receipts is done');
  expect(headOf(news(1, { kind: 'question' }))).toBe('Trip to Rome waits for you');
  expect(headOf(news(1, { kind: 'missed', text: '3' }))).toBe('Flight receipts missed 3 due times');
  expect(lineOf(news(1, { kind: 'failure', code: 'overloaded' }))).toBe('Claude is overloaded.');
  expect(lineOf(news(1, { kind: 'failure', code: 'of_a_newer_release' }))).toBe('Something went wrong.');
});

test('calls done only what is done', () => {
  const heads = [
    ['failure', 'max_steps', 'Flight receipts was cut off at a limit'],
    ['failure', 'question_expired', 'Flight receipts ended: nobody answered in time'],
    ['failure', 'overloaded', 'Flight receipts failed'],
    ['result', 'outcome_unknown', 'Flight receipts ended, and may not be done'],
    ['result', null, 'Flight receipts is done'],
    ['paused', 'crashing', 'Flight receipts was paused: its work broke off again and again'],
    ['paused', 'failing', 'Flight receipts was paused: five runs in a row failed or were cut off'],
    ['paused', 'removed', 'Flight receipts was ended by Claude, in a run of its own'],
  ] as const;
  for (const [kind, code, head] of heads) expect(headOf(news(1, { kind, code }))).toBe(head);
  const archived = news(1, { kind: 'paused', code: 'archived', source: null });
  expect(headOf(archived)).toBe('Trip to Rome was archived by Claude, in a run of its own');
  expect(lineOf(archived)).toContain('until you restore it');
  expect(lineOf(news(1, { kind: 'failure', code: 'max_steps' }))).toBe(
    'It reached the limit of steps for one turn.',
  );
  expect(lineOf(news(1, { kind: 'missed', code: 'zone_changed' }))).toContain('time zone');
  expect(lineOf(news(1, { kind: 'missed', code: 'was_down' }))).toContain('was down');
});

test('what is read on another page is read here', async () => {
  await open([news(1), news(2, { source: 'Other' })]);
  expect(screen.getAllByText('(unread)', { exact: false })).toHaveLength(2);
  act(() => hearRead({ unread: 1, ids: [`${idOf(1)}:1`] }));
  expect(screen.getAllByText('(unread)', { exact: false })).toHaveLength(1);
});

test('what tells of a run leads to it, and what does not does not', async () => {
  await open([news(1), news(2, { kind: 'paused', source: 'Other' })]);
  const links = screen.getAllByRole('link', { name: 'Its run' });
  expect(links.map((link) => link.getAttribute('href'))).toEqual([`/c/${idOf(1)}/runs/at-1`]);
});

test('those of a daily run lead to its page, and say what they are', async () => {
  const path = `/today/${idOf(7)}`;
  const escalated = { kind: 'failure', code: 'escalated', text: '"Prices": no answer.' } as const;
  expect([headOf(news(1, escalated)), lineOf(news(1, escalated))]).toEqual([
    'A task of the daily run needs you',
    '"Prices": no answer.',
  ]);
  expect(headOf(news(1, { code: 'late' }))).toBe('Finished after the deadline');
  await open([news(1, { path }), news(2, { source: 'Another' })]);
  const links = screen.getAllByRole('link').map((link) => link.getAttribute('href'));
  expect(links).toEqual([path, `/c/${idOf(1)}`, `/c/${idOf(1)}/runs/at-2`]);
});

test('all are read at once, and the server is told', async () => {
  const asked = await open([news(1)]);
  fireEvent.click(screen.getByRole('button', { name: 'Mark all as read' }));
  expect(screen.queryByText('(unread)')).toBeNull();
  await act(async () => {});
  expect(asked.find(({ what }) => what === 'POST /api/notifications/read')?.body).toEqual({ all: true });
});

test('what comes is in the list at once, said aloud only if it may, and once', async () => {
  await open([news(1)]);
  act(() => hearNews(news(2, { loud: false, source: 'Quiet one' }), 2));
  expect(screen.getByText('Quiet one is done', { exact: false })).toBeTruthy();
  expect(toasts.get()).toBeNull();
  act(() => hearNews(news(3, { source: 'Loud one' }), 3));
  act(() => hearNews(news(3, { source: 'Loud one' }), 3));
  await expect.poll(() => toasts.get()?.text).toBe('Loud one is done.');
  expect(screen.getAllByText('Loud one is done', { exact: false })).toHaveLength(1);
  toasts.set(null);
});

test('quiet hours are chosen, and kept', async () => {
  const asked = await open([]);
  fireEvent.click(await screen.findByLabelText('Keep quiet at night'));
  expect(await screen.findByLabelText('From')).toBeTruthy();
  await act(async () => {});
  expect(asked.findLast(({ what }) => what.startsWith('PUT'))?.body).toEqual({
    only: 'all',
    quiet: { from: '22:00', until: '07:00' },
  });
});

test('says where older ones were cleared away', async () => {
  await open([news(1)], { clearedUntil: '2026-11-02T10:00:00.000Z' });
  expect(screen.getByText(/were cleared away/).textContent).toMatch(/^Older ones, up to .*Nov/);
});
