import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { DailyRun } from '#shared/protocol/daily.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { Board } from './board.tsx';
import { groupOf, leftWords, minutesWords, totalsWords } from './daily-words.ts';
import { actionsFor } from './decide.tsx';
import { day, task } from './fixture.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');

function open(run: DailyRun, answers: Parameters<typeof serve>[0] = {}) {
  const asked = serve({ [`GET /api/daily/runs/${run.id}`]: Response.json({ run }), ...answers });
  signIn();
  render(
    <UserContext value={ada}>
      <Board run={run} now={NOW} />
    </UserContext>,
  );
  return asked;
}

test('says how much is left and what came out, in words', () => {
  expect(leftWords({ endsAt: '2026-11-20T11:00:00.000Z', timezone: 'UTC' }, NOW)).toMatch(
    /^2 h 0 min left, until 11/,
  );
  expect(minutesWords(20_000)).toBe('under a minute');
  expect(totalsWords(day([]).totals)).toBe('Nothing was planned');
  expect(groupOf(task(1, { status: 'completed', needsYou: { kind: 'escalation', text: 'x' } }))).toBe(
    'completed',
  );
});

test('what needs one stands first, whatever its status, with the way to it', () => {
  const agent = idOf(7);
  open(
    day([
      task(1),
      task(2, {
        status: 'in_progress',
        assignedTo: agent,
        needsYou: { kind: 'approval', text: 'Send mail' },
        progress: { percent: 40, text: 'Written.', at: '2026-11-20T08:10:00.000Z' },
      }),
    ]),
  );
  const [first] = screen.getAllByRole('region');
  expect(first?.getAttribute('aria-label')).toBe('Needs you');
  const link = within(first as HTMLElement).getByRole('link', { name: 'Look and decide' });
  expect(link.getAttribute('href')).toBe(`/c/${agent}`);
  expect(screen.getByText('40 % · Written.')).toBeTruthy();
});

test('a pending task is changed and cancelled, one at work is not', async () => {
  const run = day([task(1), task(2, { status: 'in_progress', assignedTo: idOf(7) })]);
  const path = `/api/daily/runs/${run.id}/tasks/${idOf(1)}`;
  const asked = open(run, {
    [`PATCH ${path}`]: Response.json({ task: task(1) }),
    [`DELETE ${path}`]: new Response(null, { status: 204 }),
  });
  expect(screen.getAllByRole('button', { name: 'Change' })).toHaveLength(1);
  fireEvent.click(screen.getByRole('button', { name: 'Change' }));
  fireEvent.change(screen.getByLabelText('Title'), { target: { value: 'Better' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await act(async () => {});
  expect(asked.find(({ what }) => what === `PATCH ${path}`)?.body).toMatchObject({ title: 'Better' });
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel the task' }));
  expect(asked.some(({ what }) => what.startsWith('DELETE'))).toBe(false);
  fireEvent.click(screen.getByRole('button', { name: 'Cancel it' }));
  await act(async () => {});
  expect(asked.some(({ what }) => what === `DELETE ${path}`)).toBe(true);
  expect(screen.getByRole('link', { name: 'write to the sub-agent' })).toBeTruthy();
});

test('an escalation is decided, with what the agent proposes first', async () => {
  const escalated = task(1, {
    status: 'in_progress',
    assignedTo: idOf(7),
    needsYou: { kind: 'escalation', text: 'Locked out.' },
    proposal: { action: 'change_approach', text: 'By phone.' },
  });
  const run = day([escalated]);
  const path = `POST /api/daily/runs/${run.id}/tasks/${idOf(1)}/decide`;
  const asked = open(run, { [path]: Response.json({ task: task(1) }) });
  const group = within(screen.getByRole('group', { name: 'Decide about Task 1' }));
  const [first] = group.getAllByRole('button');
  expect([first?.textContent, first?.className]).toEqual(['Try it another way', 'primary']);
  expect(group.getByLabelText('What the agent should know').getAttribute('placeholder')).toBe('By phone.');
  fireEvent.change(group.getByLabelText('What the agent should know'), { target: { value: ' By mail. ' } });
  fireEvent.click(group.getByRole('button', { name: 'Try again' }));
  await act(async () => {});
  expect(asked.find(({ what }) => what === path)?.body).toEqual({ action: 'retry', text: 'By mail.' });
});

test('an escalation offers what can still be done', () => {
  const escalated = { status: 'in_progress', proposal: { action: 'reassign', text: 'x' } } as const;
  const failed = { status: 'failed', proposal: null } as const;
  expect(actionsFor({ phase: 'working' }, escalated)[0]).toBe('reassign');
  expect(actionsFor({ phase: 'warned' }, escalated)).toEqual(['retry', 'change_approach', 'drop']);
  expect(actionsFor({ phase: 'warned' }, failed)).toEqual(['drop']);
  expect(actionsFor({ phase: 'reported' }, escalated)).toEqual(['drop']);
});

test('says plainly what has no evidence, and opens addresses safely', () => {
  open(
    day([
      task(1, { status: 'completed', unverified: true, output: 'Done.' }),
      task(2, { status: 'completed', evidence: [{ type: 'link', text: 'https://example.com/x' }] }),
      task(3, { status: 'completed', evidence: [{ type: 'link', text: 'javascript:alert(1)' }] }),
      task(4, {
        status: 'completed',
        unverified: true,
        evidence: [{ type: 'artifact', text: idOf(8), unknown: true }],
      }),
      task(5, {
        status: 'completed',
        unverified: true,
        evidence: [{ type: 'id', text: 'INV-1', unshown: true }],
      }),
    ]),
  );
  expect(screen.getByText(/there is no such file/)).toBeTruthy();
  expect(screen.getByText(/no answer of its tools shows it/)).toBeTruthy();
  expect(screen.getByText(/showed no evidence/)).toBeTruthy();
  const link = screen.getByRole('link', { name: 'https://example.com/x' });
  expect([link.getAttribute('rel'), link.getAttribute('target')]).toEqual(['noopener noreferrer', '_blank']);
  expect(screen.queryByRole('link', { name: /javascript/ })).toBeNull();
});

test('shows what a yes to a category is for before it is said, and says yes to just that', async () => {
  const needsYou = { kind: 'category' as const, text: '"mail" waits for the yes of the person.' };
  const asked = task(1, {
    needsYou,
    tools: ['mail', 'files'],
    brief: 'Write to everybody.',
    advice: 'Decided by the lead: try it another way: By phone.',
    dependsOn: [idOf(2)],
    needs: ['total'],
  });
  const run = day([asked, task(2)]);
  const path = `PATCH /api/daily/runs/${run.id}/tasks/${idOf(1)}`;
  const calls = open(run, { [path]: Response.json({ task: asked }) });
  for (const words of ['What task 1 is about', 'mail, files', 'Write to everybody.', /By phone/, 'total'])
    expect(screen.getByText(words)).toBeTruthy();
  expect(screen.getByText('After').nextElementSibling?.textContent).toBe('Task 2');
  expect(screen.queryByText('What task 2 is about')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Let it begin' }));
  await act(async () => {});
  const { title, description, category, tools, brief, advice, dependsOn, needs } = asked;
  expect(calls.find(({ what }) => what === path)?.body).toEqual({
    approve: true,
    shown: { title, description, category, tools, brief, advice, dependsOn, needs },
  });
});

test('the plan waits for a nod, and starts with it', async () => {
  const run = day([task(1)], { phase: 'nod', nodUntil: '2026-11-20T09:10:00.000Z' });
  const asked = open(run, {
    [`POST /api/daily/runs/${run.id}/nod`]: Response.json({ run: { ...run, phase: 'working' } }),
  });
  fireEvent.click(screen.getByRole('button', { name: 'Start the plan' }));
  await act(async () => {});
  expect(asked.some(({ what }) => what.endsWith('/nod'))).toBe(true);
});

test('after the report nothing can be added, and what is unfinished is carried over once', async () => {
  const report = {
    text: 'All of it',
    totals: day([]).totals,
    completionRate: 0,
    averageTaskMs: null,
    usedMs: 1,
    windowMs: 2,
    nextSteps: null,
    sentAt: '2026-11-20T11:00:00.000Z',
    after: ['After the deadline: one more'],
  };
  const run = day([task(1)], { phase: 'reported', report });
  const path = `POST /api/daily/runs/${run.id}/tasks/${idOf(1)}/carry`;
  const asked = open(run, { [path]: Response.json({ carried: true }) });
  expect(screen.queryByLabelText('Add a task')).toBeNull();
  expect(screen.getByText('After the deadline: one more')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Carry over' }));
  expect(await screen.findByRole('button', { name: 'Carried over' })).toBeTruthy();
  expect(asked.filter(({ what }) => what === path)).toHaveLength(1);
});
