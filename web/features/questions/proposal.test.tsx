import { act, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Conversation } from '#shared/protocol/conversation.ts';
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { queryClient } from '#web/data/app.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf, summaryOf } from '#shared/protocol/fixtures.ts';
import { Proposal } from './proposal.tsx';

const talk = idOf(2);
const preview: SchedulePreview = {
  words: 'every day at 08:00',
  timezone: 'Europe/Zurich',
  fires: ['2026-11-25T07:00:00.000Z', '2026-11-26T07:00:00.000Z'],
  ends: true,
  monthly: { runs: 2, cost: null, inAll: true },
};
const input = { name: 'News', instruction: 'Look', cron: '0 8 * * *', count: 2, tools: null };

function show(more: Record<string, unknown>, answer: () => SchedulePreview) {
  const asked = serve({ 'POST /api/schedules/preview': () => Response.json(answer()) });
  signIn();
  const known = { ...summaryOf(1, 'Trip'), id: talk, rev: 5 } as Conversation;
  queryClient.setQueryData(['conversation', talk], known);
  render(
    <UserContext value={ada}>
      <Proposal conversationId={talk} input={{ ...input, ...more }} schedule={preview} />
    </UserContext>,
  );
  return { asked, known };
}

test('says which time is the last one, and when it ends, in words and local time', async () => {
  show({ until: '2026-11-30T07:00:00Z', whileWaiting: 'run' }, () => preview);
  const times = screen.getAllByRole('listitem').map(({ textContent }) => textContent ?? '');
  expect(times[0]).not.toContain('ends');
  expect(times[1]).toMatch(/, then it ends$/);
  const bounds = times.join();
  expect(bounds).toContain('It ends after 2 runs.');
  expect(bounds).toMatch(/It ends on .*30.* 2026.*8:00/);
  expect(bounds).not.toContain('T07:00');
  expect(bounds).toContain('It also runs while a question here waits for you.');
  expect(screen.getByText('Claude named no tools; what it uses asks as usual.')).toBeTruthy();
  await waitFor(() => expect(queryClient.isFetching()).toBe(0));
});

test('shows what a rehearsal has told of the cost, when that has ended', async () => {
  let monthly: SchedulePreview['monthly'] = { runs: 2, cost: null, inAll: true };
  const { asked, known } = show({}, () => ({ ...preview, ...(monthly ? { monthly } : {}) }));
  await screen.findByText('2 runs in all. What they cost is not known yet: rehearse it once.');
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]?.body).toEqual({ cron: '0 8 * * *', count: 2, instruction: 'Look', conversationId: talk });
  const tell = (more: object) =>
    act(async () => void queryClient.setQueryData(['conversation', talk], { ...known, ...more }));
  await tell({ rev: 6, working: true });
  monthly = { runs: 2, cost: 0.084, by: 'rehearsal', inAll: true };
  await tell({ rev: 9, working: false });
  await screen.findByText('2 runs in all, $0.084 by its rehearsal.');
  monthly = { runs: 30, cost: 1.2 };
  await tell({ rev: 12 });
  await screen.findByText('About 30 runs a month, $1.20 by the last runs here.');
  monthly = { runs: 30, cost: 187.59, guess: true };
  await tell({ rev: 15 });
  await screen.findByText('About 30 runs a month, roughly $190.00: a rehearsal tells it better.');
});
