import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Run } from '#shared/protocol/run.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { Runs } from './runs.tsx';

const run: Run = {
  id: idOf(3),
  conversationId: idOf(1),
  trigger: { type: 'schedule', source: { id: idOf(2), name: 'News', dueAt: '2026-11-20T08:00:00.000Z' } },
  status: 'ended',
  startedAt: '2026-11-20T08:00:00.000Z',
  endedAt: '2026-11-20T08:00:01.000Z',
  workMs: 1_000,
  turns: 1,
  steps: 1,
  tools: 0,
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0.01 },
  cost: 0.01,
  outcome: 'completed',
  code: null,
  model: 'claude-sonnet-5-5',
  demo: false,
};

test('the end of the list says from when on runs are kept, where older ones were cleared away', async () => {
  const page = { items: [run], nextCursor: null, keptFrom: '2026-11-05T08:00:00.000Z' };
  serve({ [`GET /api/conversations/${idOf(1)}/runs`]: Response.json(page) });
  signIn();
  render(
    <UserContext value={ada}>
      <Runs conversationId={idOf(1)} rev={1} />
    </UserContext>,
  );
  expect((await screen.findByText(/cleared away/)).textContent).toMatch(/^Kept from .*Nov.* on: runs before/);
});
