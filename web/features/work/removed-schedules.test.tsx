import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { idOf } from '#shared/protocol/fixtures.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, done, serve, signIn } from '#web/test-server.ts';
import { fullTime } from '#web/ui/time.ts';
import { schedule } from './fixture.ts';
import { RemovedSchedules } from './removed-schedules.tsx';
import { WorkPage } from './work-page.tsx';
import { removedWords, whenWords } from './work-words.ts';

const talk = idOf(1);
const path = `/api/conversations/${talk}`;
const gone = (n: number, name: string) => ({
  id: idOf(n),
  name,
  change: 'removed',
  at: '2026-11-20T08:00:00.000Z',
  by: 'assistant',
  keptUntil: '2027-02-18T08:00:00.000Z',
});
const keptFrom = '2026-08-22T08:00:00.000Z';
const receipt = {
  scheduleId: idOf(2),
  dueAt: '2026-11-19T08:00:00.000Z',
  lastDueAt: '2026-11-19T08:00:00.000Z',
  count: 1,
  status: 'ran',
  reason: 'on_time',
  runId: idOf(9),
  startedAt: '2026-11-19T08:00:00.000Z',
};
const page = (items: unknown[], more = {}) => Response.json({ items, nextCursor: null, ...more });

/** Opens what has this summary. The DOM of the tests does not tell of it by itself. */
function open(summary: HTMLElement) {
  const details = summary.closest('details');
  if (details === null) throw new Error('a summary of nothing');
  details.open = true;
  fireEvent(details, new Event('toggle'));
}
const draw = (children: React.ReactNode) => {
  signIn();
  render(<UserContext value={ada}>{children}</UserContext>);
};

test('is asked for when it is opened, and tells of each why it did or did not run, with its run', async () => {
  const asked = serve({
    [`GET ${path}/removed-schedules`]: page([gone(2, 'News'), gone(3, 'Mail')], { keptFrom }),
    [`GET ${path}/schedules/${idOf(2)}/occurrences`]: page([receipt], { keptUntil: gone(2, '').keptUntil }),
    [`GET ${path}/schedules/${idOf(3)}/occurrences`]: page([], { keptUntil: gone(3, '').keptUntil }),
  });
  draw(<RemovedSchedules conversationId={talk} rev={1} />);
  expect(asked).toEqual([]);
  open(screen.getByText('Removed schedules'));
  const [news, mail] = (await screen.findAllByText(/Removed by Claude/)).map((each) => each.closest('li'));
  if (!news || !mail) throw new Error('not listed');
  expect(news.textContent).toContain('News');
  expect(screen.getByText(/Kept for 90 days: what was removed before/)).toBeTruthy();
  expect(asked.map(({ what }) => what)).toEqual([`GET ${path}/removed-schedules`]);
  for (const each of [news, mail]) open(within(each).getByText(/Why did or didn’t it run/));
  const link = await within(news).findByRole<HTMLAnchorElement>('link', { name: 'its run' });
  expect(link.getAttribute('href')).toContain(idOf(9));
  expect(within(news).getByText(/^Kept until .*2027/)).toBeTruthy();
  expect(await within(mail).findByText('No due time came before it was removed.')).toBeTruthy();
});

test('says since when something is kept where all of it is gone by now', async () => {
  serve({
    [`GET ${path}/removed-schedules`]: page([], { keptFrom }),
  });
  draw(<RemovedSchedules conversationId={talk} rev={1} />);
  open(screen.getByText('Removed schedules'));
  expect((await screen.findByText(/None is left/)).textContent).toContain(fullTime(keptFrom, 'UTC'));
});

test('receipts that went while one looked are said to be gone, and since when they are kept', async () => {
  serve({
    [`GET ${path}/removed-schedules`]: page([gone(2, 'News')], { keptFrom }),
    [`GET ${path}/schedules/${idOf(2)}/occurrences`]: page([], { keptFrom }),
  });
  draw(<RemovedSchedules conversationId={talk} rev={1} />);
  open(screen.getByText('Removed schedules'));
  open(await screen.findByText(/Why did or didn’t it run/));
  expect(await screen.findByText('Nothing is kept of it any more.')).toBeTruthy();
  expect(screen.getByText(`Kept from ${fullTime(keptFrom, 'UTC')} on: what`, { exact: false })).toBeTruthy();
});

test('stands on the page only where something was removed, also a moment ago', async () => {
  const known = schedule({ id: idOf(2), conversationId: talk });
  serve({
    [`GET ${path}/schedules`]: Response.json({ items: [known], removed: false }),
    [`GET ${path}/webhooks`]: Response.json({ items: [] }),
    [`GET ${path}/note`]: Response.json({ note: null }),
    [`GET ${path}/runs`]: page([]),
    [`DELETE ${path}/schedules/${known.id}`]: done(),
  });
  draw(<WorkPage id={talk} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Delete…' }));
  expect(screen.queryByText('Removed schedules')).toBeNull();
  fireEvent.click(await screen.findByRole('button', { name: 'Delete this schedule' }));
  await waitFor(() => expect(screen.getByText('Removed schedules')).toBeTruthy());
});

test('what made room for others was removed by nobody', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const at = '2026-11-20T08:00:00.000Z';
  const today = whenWords(at, 'UTC', now);
  expect(removedWords({ change: 'removed', by: 'user', at }, 'UTC', now)).toBe(`Removed by you ${today}`);
  expect(removedWords({ change: 'ended', by: 'system', at }, 'UTC', now)).toBe(
    `Ended ${today}, and made room for others`,
  );
});
