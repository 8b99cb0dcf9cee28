import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { day, task } from './fixture.ts';
import { Past } from './past.tsx';

const numbers = {
  days: 30,
  runs: 1,
  count: 4,
  completed: 1,
  failed: 2,
  successRate: 0.25,
  failureRate: 0.5,
  runsOver: 4,
  runSuccessRate: 0.75,
  deliveries: 5,
  deliveryRate: 0.8,
  tasksPerDay: 2,
  averageTaskMs: 60_000,
  byCategory: [{ category: 'mail', count: 4, completed: 1, failed: 2, timeMs: 60_000 }],
  topErrors: [],
};

test('the days say how they went, and when what was done', async () => {
  const run = day(
    [
      task(1, { startTime: '2026-11-20T08:05:00.000Z', endTime: '2026-11-20T08:45:00.000Z' }),
      task(2, { startTime: '2026-11-20T09:00:00.000Z' }),
      task(3),
    ],
    { phase: 'ended' },
  );
  serve({
    'GET /api/daily/analytics': Response.json(numbers),
    'GET /api/daily/runs': Response.json({ items: [run], nextCursor: null }),
    [`GET /api/daily/runs/${run.id}`]: Response.json({ run }),
  });
  signIn();
  render(
    <UserContext value={ada}>
      <Past />
    </UserContext>,
  );
  const list = await screen.findByText('Reports delivered');
  const said = list.closest('dl')?.textContent;
  for (const words of ['Runs that got something done75 %', 'Tasks failed50 %', 'Reports delivered80 %'])
    expect(said).toContain(words);
  const details = screen.getByText('When what was done').closest('details');
  if (details === null) throw new Error('nothing to open');
  details.open = true;
  fireEvent(details, new Event('toggle'));
  const tasks = await screen.findByRole('list', { name: 'Tasks with their hours' });
  expect(tasks.textContent).toMatch(/Task 108:05.* to 08:45.*Task 209:00.* to the end/);
  expect(tasks.textContent).not.toContain('Task 3');
});
