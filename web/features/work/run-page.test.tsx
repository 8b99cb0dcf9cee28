import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Conversation } from '#shared/protocol/conversation.ts';
import type { RunTrace } from '#shared/protocol/run.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { queryClient } from '#web/data/app.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf, summaryOf } from '#shared/protocol/fixtures.ts';
import { RunPage } from './run-page.tsx';

const [talk, runId] = [idOf(2), idOf(9)];
const usage = { inputTokens: 10, outputTokens: 7, cacheReadTokens: 90, cacheWriteTokens: 0, cost: 0.0042 };
const trace = (more: Partial<RunTrace['run']>): RunTrace => ({
  run: {
    id: runId,
    conversationId: talk,
    trigger: { type: 'schedule', source: { id: idOf(3), name: 'News', dueAt: '2026-11-24T08:00:00.000Z' } },
    status: 'ended',
    startedAt: '2026-11-24T08:00:01.000Z',
    endedAt: '2026-11-24T08:01:05.000Z',
    workMs: 4_000,
    turns: 2,
    steps: 3,
    tools: 0,
    usage,
    cost: 0.0042,
    outcome: 'completed',
    code: null,
    model: 'claude',
    demo: false,
    ...more,
  },
  events: [
    {
      seq: 4,
      at: '2026-11-24T08:00:01.000Z',
      type: 'turn_ended',
      turnId: runId,
      outcome: 'completed',
      code: null,
      usage,
      durationMs: 4_000,
    },
  ],
});

async function open(run: () => Response) {
  serve({ [`GET /api/conversations/${talk}/runs/${runId}`]: run });
  signIn();
  const known = { ...summaryOf(1, 'Trip'), id: talk, rev: 5 } as Conversation;
  queryClient.setQueryData(['conversation', talk], known);
  render(
    <UserContext value={ada}>
      <RunPage id={talk} runId={runId} />
    </UserContext>,
  );
  return known;
}

test('a run is loaded by its id, says what it took, and goes on as its conversation does', async () => {
  let run: Partial<RunTrace['run']> = { status: 'running', endedAt: null, outcome: null };
  const known = await open(() => Response.json(trace(run)));
  await screen.findByText('Working');
  run = {};
  await act(async () => void queryClient.setQueryData(['conversation', talk], { ...known, rev: 6 }));
  await screen.findByText('Done');
  const facts = screen.getByText('Outcome').closest('dl')?.textContent ?? '';
  expect(facts).toContain('2 turns, 3 steps, no tool calls');
  expect(facts).toMatch(/Tokens read100 \(90 from the cache\)/);
  expect(facts).toMatch(/\$0\.0042/);
  expect(facts).toContain('4.0 s and waited 1 min 0 s');
  expect(screen.getByRole('button', { name: 'Copy: Run' })).toBeTruthy();
  expect(screen.getByText('Done after 4.0 s')).toBeTruthy();
});

test('one that was cut off says at which limit, and what can be done', async () => {
  await open(() => Response.json(trace({ outcome: 'limit', code: 'max_steps' })));
  const outcome = (await screen.findByText('Outcome')).nextSibling?.textContent;
  expect(outcome).toBe(
    'Cut off at a limit It reached the limit of steps for one turn. Say “go on” to let it continue, or give it less to do in one run.',
  );
});

test('one that is not there says so, with the way to the others', async () => {
  await open(() =>
    Response.json(
      { type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', requestId: 'r' },
      { status: 404 },
    ),
  );
  expect(await screen.findByText('There is no such run')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'All runs of the conversation' }).getAttribute('href')).toBe(
    `/c/${talk}/work`,
  );
});

test('a place in the log leads to the run that it belongs to', async () => {
  serve({
    [`GET /api/conversations/${talk}/runs`]: Response.json({ items: [trace({}).run], nextCursor: null }),
    [`GET /api/conversations/${talk}/runs/${runId}`]: Response.json(trace({})),
  });
  signIn();
  render(
    <UserContext value={ada}>
      <RunPage id={talk} runId="at-4" />
    </UserContext>,
  );
  await screen.findByText('Done');
  expect(location.pathname).toBe(`/c/${talk}/runs/${runId}`);
});

test('one that is too long for a page is read to its end', async () => {
  const pages = [trace({}), trace({})].map((page, at) => ({
    ...page,
    events: page.events.map((event) => ({ ...event, seq: 4 + at, code: at === 0 ? null : 'stopped' })),
  }));
  let asked = 0;
  await open(() => Response.json(asked++ === 0 ? { ...pages[0], more: true } : pages[1]));
  const more = await screen.findByRole('button', { name: 'Show more' });
  expect(document.querySelectorAll('.trace > li')).toHaveLength(1);
  await act(async () => fireEvent.click(more));
  expect(document.querySelectorAll('.trace > li')).toHaveLength(2);
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});
