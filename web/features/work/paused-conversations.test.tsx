import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import type { Pauses } from '#shared/protocol/schedule.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, refusal, serve, signIn } from '#web/test-server.ts';
import { schedule } from './fixture.ts';
import { ScheduledPage } from './scheduled-page.tsx';
import { pausesWords } from './work-words.ts';

const summary = (n: number, more: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: idOf(n),
  rev: 1,
  kind: 'chat',
  title: `Watch ${n}`,
  status: 'active',
  waitingFor: null,
  working: false,
  lastOutcome: null,
  preview: 'Nothing new.',
  unread: false,
  questions: [],
  nextRunAt: null,
  paused: true,
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T10:00:00.000Z',
  ...more,
});
const list = (items: unknown[]) => Response.json({ items, nextCursor: null });

async function open(paused: ConversationSummary[], answers: Parameters<typeof serve>[0] = {}) {
  const asked = serve({
    'GET /api/conversations': ({ query }) => list(query?.includes('schedules=paused') ? paused : []),
    'GET /api/calendar': Response.json({ items: [], notAsked: 0 }),
    ...answers,
  });
  signIn();
  await act(async () => {
    render(
      <UserContext value={ada}>
        <ScheduledPage />
      </UserContext>,
    );
  });
  return asked;
}

test('says why all schedules of a conversation stand still', () => {
  const by = (...pauses: Pauses) => pausesWords(pauses, false);
  expect(by({ reason: 'user', count: 1 })).toBe('Paused by you');
  expect(by({ reason: 'failing', count: 1 })).toBe(
    'Paused itself after five runs in a row that failed or were cut off',
  );
  expect(by({ reason: 'archived', count: 2 })).toBe('2 schedules, paused with the archive');
  expect(by({ reason: 'user', count: 2 }, { reason: 'failing', count: 1 })).toBe(
    'Schedules: 2 paused by you, 1 paused itself after five runs in a row that failed or were cut off',
  );
  expect(pausesWords(undefined, false)).toBe('All its schedules are paused');
});

test('what stands still is listed apart, and lets all its schedules go on', async () => {
  const paused = summary(1, { pauses: [{ reason: 'user', count: 2 }] });
  const path = `/api/conversations/${paused.id}/schedules`;
  const known = [2, 3, 4].map((n) =>
    schedule({
      id: idOf(n),
      conversationId: paused.id,
      status: n === 3 ? 'ended' : 'paused',
      paused: 'user',
    }),
  );
  const asked = await open([paused, summary(5, { status: 'archived' })], {
    [`GET ${path}`]: list(known),
    [`PATCH ${path}/${idOf(2)}`]: Response.json({ schedule: known[0] }),
    [`PATCH ${path}/${idOf(4)}`]: Response.json({ schedule: known[2] }),
  });
  expect(screen.getByRole('region', { name: 'Paused' }).textContent).toContain('2 schedules, paused by you');
  expect(screen.getByText('Stands still in the archive')).toBeTruthy();
  expect(screen.getByText('Nothing works by itself now')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Resume all 2: Watch 1' }));
  await waitFor(() => expect(screen.queryByText('Watch 1')).toBeNull());
  const changes = asked.filter(({ what }) => what.startsWith('PATCH'));
  expect(changes.map(({ what, body }) => [what.slice(-1), body])).toEqual([
    ['2', { paused: false }],
    ['4', { paused: false }],
  ]);
});

test('one that is archived is restored', async () => {
  const archived = summary(1, { status: 'archived', pauses: [{ reason: 'archived', count: 1 }] });
  const asked = await open([archived], { [`PATCH /api/conversations/${archived.id}`]: refusal('internal') });
  fireEvent.click(screen.getByRole('button', { name: 'Restore: Watch 1' }));
  await waitFor(() =>
    expect(asked.map(({ what }) => what)).toContain(`PATCH /api/conversations/${archived.id}`),
  );
  // It was not done: it stays where it can be tried again.
  await waitFor(() =>
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Restore: Watch 1' }).disabled).toBe(false),
  );
});

test('one that could not go on says why, and stays', async () => {
  const paused = summary(1);
  const path = `/api/conversations/${paused.id}/schedules`;
  await open([paused], {
    [`GET ${path}`]: list([
      schedule({ id: idOf(2), conversationId: paused.id, status: 'paused', paused: 'user' }),
    ]),
    [`PATCH ${path}/${idOf(2)}`]: refusal('schedule_pace'),
  });
  fireEvent.click(screen.getByRole('button', { name: 'Resume: Watch 1' }));
  expect((await screen.findByRole('alert')).textContent).not.toContain('schedule_pace');
  expect(screen.getByText('Watch 1')).toBeTruthy();
});

test('nothing is said of what stands still where nothing does', async () => {
  await open([]);
  expect(screen.queryByRole('region', { name: 'Paused' })).toBeNull();
});
