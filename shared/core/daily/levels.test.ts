/** What a run says in the log, and how loud: as the requirements list it. */
import { expect, it } from 'vitest';
import { idOf } from '#test/simulate/daily-play.ts';
import type { BoardLine, DailyInput, TaskDraft } from './input.ts';
import { openRun, transition } from './transition.ts';
import { usualSettings } from './window.ts';

const EIGHT = Date.parse('2026-11-24T08:00:00Z');
const MINUTE = 60_000;
const offered = { tools: { mail: true, off: false } };

/** Every event of a day with its level; the same event never has two. */
const levels = {
  // Start and end of the workflow.
  run_started: 'info',
  window_ended: 'info',
  report_sent: 'info',
  run_ended: 'info',
  stopped: 'info',
  checkpoint: 'info',
  next_steps: 'info',
  // Changes of tasks, and agents that are spawned.
  task_created: 'info',
  task_pending: 'info',
  task_generated: 'info',
  task_changed: 'info',
  task_cancelled: 'info',
  task_completed: 'info',
  agent_spawned: 'info',
  // Failures, retries, the deadline that comes near.
  task_failed: 'warn',
  task_retrying: 'warn',
  agent_lost: 'warn',
  lead_failed: 'warn',
  deadline_near: 'warn',
  // What a person has to know.
  task_escalated: 'error',
};

it('tells every event of a day at its level', () => {
  let ids = 100;
  const worldAt = (minute: number) => ({ now: EIGHT + minute * MINUTE, newId: () => idOf((ids += 1)) });
  const opening = {
    id: idOf(1),
    ownerId: idOf(2),
    trigger: 'scheduled' as const,
    date: '2026-11-24',
    timezone: 'UTC',
    settings: usualSettings,
    timeScale: 1,
    startsAt: EIGHT,
    carried: [],
    brief: '',
  };
  const opened = openRun(opening, worldAt(0));
  let { state } = opened;
  const said: BoardLine[] = [...opened.lines];
  const play = (minute: number, input: DailyInput) => {
    const decided = transition(state, input, worldAt(minute));
    if (!decided.ok) throw new Error(decided.detail);
    state = decided.state;
    said.push(...decided.lines);
  };
  play(0, { type: 'equipped', learned: '', offered });
  const draft = (title: string, tool: string): TaskDraft => ({
    title,
    description: title,
    category: 'own',
    tools: [tool],
    dependsOn: [],
    needs: [],
  });
  const idAt = (at: number): string => state.tasks[at]?.id ?? '';
  const agentAt = (at: number): string => state.tasks[at]?.assignedTo ?? '';
  const spawn = (at: number, minute: number) =>
    play(minute, { type: 'spawn', taskId: idAt(at), tools: [], brief: null, offered });
  const revise = (at: number, change: Partial<TaskDraft>, status: 'cancelled' | null = null) =>
    play(2, { type: 'revise_task', taskId: idAt(at), change, status, reason: null, offered });

  const drafts = ['good', 'bad', 'lost', 'put away'].map((title) => draft(title, 'mail'));
  play(1, { type: 'create_tasks', drafts: [...drafts, draft('not yet', 'off')], offered });
  revise(4, { tools: ['mail'] });
  revise(4, { tools: ['off'] });
  revise(3, {}, 'cancelled');
  const change = { title: 'better' };
  play(2, { type: 'user_change', taskId: idAt(0), change, approve: false, offered });
  for (const at of [0, 1, 2]) spawn(at, 3);
  play(4, { type: 'complete', actorId: agentAt(0), result: 'done', evidence: [] });
  const fail = (minute: number) =>
    play(minute, {
      type: 'fail',
      actorId: agentAt(1),
      error: 'no answer',
      retryable: true,
      proposal: null,
    });
  for (const minute of [5, 6, 7]) {
    fail(minute);
    play(minute + 0.9, { type: 'tick' });
  }
  play(8, { type: 'actor_missing', actorId: agentAt(2) });
  play(15, { type: 'tick' });
  const turn = { id: idOf(50), outcome: 'failed' as const, code: 'overloaded' };
  const report = { rev: 1, working: false, asks: null, turn, cost: 0 };
  play(16, { type: 'report_of_actor', actorId: state.leadId, report });
  play(17, { type: 'next_steps', text: 'Rest' });
  const before = state;
  play(18, { type: 'stop' });
  state = before;
  for (const minute of [175, 180, 181, 240]) play(minute, { type: 'tick' });

  const pairs = new Set(said.map(({ kind, level }) => `${kind}: ${level}`));
  const listed = Object.entries(levels).map(([kind, level]) => `${kind}: ${level}`);
  expect([...pairs].toSorted()).toEqual(listed.toSorted());
  const [failed] = said.filter(({ kind }) => kind === 'task_failed');
  expect(failed).toMatchObject({ taskId: idAt(1), attempt: 3, code: 'agent_failed' });
});
