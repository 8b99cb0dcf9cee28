import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { Receipts } from './receipts.tsx';

const receipt = {
  scheduleId: idOf(2),
  dueAt: '2026-11-20T08:00:00.000Z',
  lastDueAt: '2026-11-20T08:00:00.000Z',
  count: 1,
  status: 'skipped',
  reason: 'zone_changed',
  runId: null,
  startedAt: null,
};

test('the due times of a day can be looked at, and where older ones were cleared away it says so', async () => {
  const path = `/api/conversations/${idOf(1)}/schedules/${idOf(2)}/occurrences`;
  const asked = serve({
    [`GET ${path}`]: ({ query }) =>
      Response.json({
        items: query?.includes('from=') ? [] : [receipt],
        nextCursor: null,
        keptFrom: '2026-11-05T08:00:00.000Z',
      }),
  });
  signIn();
  render(
    <UserContext value={{ ...ada, timezone: 'America/New_York' }}>
      <Receipts conversationId={idOf(1)} scheduleId={idOf(2)} />
    </UserContext>,
  );
  await screen.findByText(/another time zone/);
  expect(screen.getByText(/cleared away/).textContent).toMatch(
    /^Kept from .*Nov.* on: what came due before was cleared away\.$/,
  );
  fireEvent.change(screen.getByLabelText('Due times of'), { target: { value: '2026-11-01' } });
  await screen.findByText('Nothing came due on this day.');
  // The day of the person, on which their clocks are set back.
  const query = new URLSearchParams(asked.findLast(({ what }) => what === `GET ${path}`)?.query);
  expect([query.get('from'), query.get('to')]).toEqual([
    '2026-11-01T04:00:00.000Z',
    '2026-11-02T05:00:00.000Z',
  ]);
  screen.getByText(/cleared away/);
  fireEvent.change(screen.getByLabelText('Due times of'), { target: { value: '2026-11-19' } });
  await waitFor(() => expect(screen.queryByText(/cleared away/)).toBeNull());
  fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
  await screen.findByText(/another time zone/);
});
