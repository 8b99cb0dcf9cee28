/** What goes wrong in a day: agents that cannot go on, models that fail, words that are too many or not what they seem. */
import { describe, expect, it } from 'vitest';
import { idOf } from '#test/simulate/daily-play.ts';
import type { Decision } from './input.ts';
import { totalsOf } from './report.ts';
import { shownTask } from './shown.ts';
import { openRun, transition } from './transition.ts';
import { Board, draftOf, EIGHT, offered, turnOf } from '#test/simulate/daily-board.ts';

const evidence = [{ type: 'id' as const, text: 'm1' }];
const proposal = { action: 'change_approach' as const, text: 'By phone.' };

describe('an escalation', () => {
  const escalatedBoard = () => {
    const board = new Board({ parallel: 1 });
    const [one = '', two = ''] = board.plan(draftOf('one'), draftOf('two'));
    const agent = board.spawn(one);
    board.at(3, { type: 'escalate', actorId: agent, reason: 'Locked out.', proposal });
    return { board, one, two, agent };
  };

  it('frees the place of its agent as soon as that does nothing any more', () => {
    const { board, two, agent } = escalatedBoard();
    expect(board.spawn(two, 4)).toBe('');
    board.says(5, agent, { turn: turnOf('t1') });
    expect(board.spawn(two, 6)).not.toBe('');
  });

  it('is decided: the same agent goes on, the way that it proposed itself', () => {
    const { board, one, agent } = escalatedBoard();
    board.says(5, agent, { turn: turnOf('t1') });
    board.at(6, { type: 'decide', taskId: one, action: 'change_approach', text: null, by: 'person' });
    expect(board.task(one)).toMatchObject({ status: 'in_progress', assignedTo: agent, needsYou: null });
    const letter = board.actor(agent).letters.at(-1)?.text;
    expect(letter).toContain('Decided by the person: try it another way: By phone.');
    board.at(7, { type: 'complete', actorId: agent, result: 'Done.', evidence });
    expect(board.task(one).status).toBe('completed');
  });

  it('is decided: another agent takes it up and is told what was decided', () => {
    const { board, one, agent } = escalatedBoard();
    board.says(5, agent, { turn: turnOf('t1') });
    board.at(6, {
      type: 'decide',
      taskId: one,
      action: 'reassign',
      text: 'Use the other mailbox.',
      by: 'lead',
    });
    expect(board.task(one)).toMatchObject({ status: 'pending', assignedTo: null, needsYou: null });
    expect(board.actor(agent).wish).toBe('stop');
    const next = board.spawn(one, 7);
    expect(board.actor(next).letters[0]?.text).toContain('another agent takes it up: Use the other mailbox.');
  });

  it('is decided: what is dropped was begun and stays in the totals', () => {
    const { board, one } = escalatedBoard();
    board.at(6, { type: 'decide', taskId: one, action: 'drop', text: 'Not today.', by: 'person' });
    expect(board.task(one)).toMatchObject({
      status: 'failed',
      error: 'Dropped by the person: Not today.',
      needsYou: null,
    });
    expect(totalsOf(board.state.tasks)).toMatchObject({ failed: 1, needsYou: 0 });
    expect(
      board.at(7, { type: 'decide', taskId: one, action: 'retry', text: null, by: 'person' }),
    ).toMatchObject({ code: 'task_over' });
  });

  it('of a failed task gives it one more try, until the warning', () => {
    const board = new Board();
    const [one = '', two = ''] = board.plan(draftOf('one'), draftOf('two'));
    for (const id of [one, two])
      board.at(3, { type: 'fail', actorId: board.spawn(id), error: 'No.', retryable: false, proposal });
    const retry = (minute: number, taskId: string) =>
      board.at(minute, { type: 'decide', taskId, action: 'retry', text: null, by: 'lead' });
    retry(4, one);
    expect(board.task(one)).toMatchObject({ status: 'pending', error: null, attempts: [{ number: 1 }] });
    board.at(175, { type: 'tick' });
    expect(retry(176, two)).toMatchObject({ ok: false, code: 'run_over' });
  });

  it('is over when the person has decided it in its conversation', () => {
    const { board, one, agent } = escalatedBoard();
    board.says(4, agent, { turn: turnOf('t1') });
    board.says(4, agent, { working: true, turn: turnOf('t1') });
    expect(board.task(one).needsYou).toBeNull();
    board.at(4, { type: 'escalate', actorId: agent, reason: 'Again.', proposal });
    board.says(5, agent, { working: true });
    // Still the turn in which it escalated.
    expect(board.task(one).needsYou).not.toBeNull();
  });

  it('does not wake its agent for the warning', () => {
    const { board, agent } = escalatedBoard();
    board.says(5, agent, { turn: turnOf('t1') });
    board.at(175, { type: 'tick' });
    expect(board.actor(agent).letters).toEqual([]);
  });
});

describe('a turn that failed', () => {
  it('is not tried again where the code says that it is of no use', () => {
    for (const [code, tries] of [
      ['overloaded', 'in_progress'],
      ['model_key_refused', 'failed'],
      ['model_billing', 'failed'],
      ['refusal', 'failed'],
      ['prompt_too_long', 'failed'],
    ]) {
      const board = new Board();
      const [one = ''] = board.plan(draftOf('one'));
      board.says(3, board.spawn(one), { turn: turnOf('t1', 'failed', code) });
      expect([code, board.task(one).status]).toEqual([code, tries]);
    }
  });

  it('of the lead is asked for again: after one second, two, and then at the next checkpoint', () => {
    const board = new Board();
    const lead = board.state.leadId;
    const wakes: number[] = [];
    const tell = () => {
      const { letters } = board.actor(lead);
      board.at(0, { type: 'told', actorId: lead, letters: letters.map(({ id }) => id), heard: false });
    };
    tell();
    let at = 1;
    for (const turn of ['t1', 't2', 't3']) {
      board.says(at, lead, { turn: turnOf(turn, 'failed', 'overloaded') });
      expect(board.actor(lead).letters).toEqual([]);
      const due = board.due();
      wakes.push((due - at) * 60);
      board.at(due, { type: 'tick' });
      expect(board.actor(lead).letters).toHaveLength(1);
      tell();
      at = due + 1;
    }
    expect(wakes.slice(0, 2).map(Math.round)).toEqual([1, 2]);
    expect(board.state.checkpoints).toBe(1);
    board.says(at, lead, { turn: turnOf('t4') });
    expect(board.state).toMatchObject({ leadFailures: 0, trouble: null, leadRetryAt: null });
  });

  it('of the lead is not asked for again when its key is refused', () => {
    const board = new Board();
    board.says(1, board.state.leadId, { turn: turnOf('t1', 'failed', 'model_key_refused') });
    expect(board.state).toMatchObject({ leadRetryAt: null, trouble: expect.stringContaining('key') });
  });
});

describe('a yes', () => {
  it('is for what was shown: a task that the lead changes is asked about again', () => {
    const board = new Board({ categories: [{ name: 'Own', rule: 'approve', costLimit: null }] });
    const [one = ''] = board.plan(draftOf('one'));
    const yes = { type: 'user_change' as const, taskId: one, change: {}, approve: true, offered };
    const revise = (title: string) =>
      board.at(4, {
        type: 'revise_task',
        taskId: one,
        change: { title },
        status: null,
        reason: null,
        offered,
      });
    board.at(3, yes);
    revise('one');
    expect(board.task(one).approved).toBe(true);
    const revised = revise('another');
    expect(board.task(one)).toMatchObject({ approved: false, needsYou: { kind: 'category' } });
    expect(revised.ok && revised.effects.some(({ type }) => type === 'notify')).toBe(true);
    expect(board.spawn(one)).toBe('');
  });
});

it('counts the cost of a category whatever its case', () => {
  const board = new Board({ categories: [{ name: 'mail', rule: 'allow', costLimit: 0.1 }] });
  const [one = '', two = ''] = board.plan(
    draftOf('one', { category: ' Mail' }),
    draftOf('two', { category: 'MAIL' }),
  );
  board.says(3, board.spawn(one), { working: true, cost: 1 });
  expect(board.spawn(two)).toBe('');
  expect(board.task(two).reason).toContain('has cost what it may');
});

it('never lets words of a task pass for lines of the report', () => {
  const board = new Board();
  const forged = 'x\n\nSummary Stats:\u2028- Total Generated: 99';
  const [one = '', two = ''] = board.plan(draftOf(forged), draftOf('two'));
  expect(board.task(one).title).toBe('x Summary Stats: - Total Generated: 99');
  const result = `Done | Evidence: m9\n- Total Generated: 99`;
  board.at(3, { type: 'complete', actorId: board.spawn(one), result, evidence: [] });
  board.at(4, { type: 'fail', actorId: board.spawn(two), error: forged, retryable: false, proposal: null });
  board.at(5, { type: 'next_steps', text: forged });
  board.at(180, { type: 'tick' });
  const { text = '' } = board.state.report ?? {};
  expect(text.split('\n').filter((line) => line.startsWith('- Total Generated'))).toEqual([
    '- Total Generated: 2',
  ]);
  expect(text.split('\n').filter((line) => line.startsWith('Summary Stats'))).toHaveLength(1);
  expect(text).toContain('Output: Done / Evidence: m9 - Total Generated: 99 | unverified: no evidence');
});

describe('what comes first', () => {
  it('is never the task itself, in however many steps', () => {
    const board = new Board();
    const [one = '', two = ''] = board.plan(draftOf('one'), draftOf('two'));
    const revise = (taskId: string, dependsOn: string[]) =>
      board.at(2, {
        type: 'revise_task',
        taskId,
        change: { dependsOn },
        status: null,
        reason: null,
        offered,
      });
    revise(one, [one]);
    expect(board.task(one)).toMatchObject({ status: 'generated', reason: expect.stringContaining('itself') });
    revise(one, [two]);
    expect(board.task(one).status).toBe('pending');
    revise(two, [one]);
    expect(board.task(two)).toMatchObject({ status: 'generated', reason: expect.stringContaining('itself') });
  });

  it('is no reason any more once it is done', () => {
    const board = new Board();
    const [one = ''] = board.plan(draftOf('one'));
    const [, two = ''] = board.plan(draftOf('two', { dependsOn: [one] }));
    expect(board.task(two).reason).toBe('"one" has to be done first.');
    board.at(3, { type: 'complete', actorId: board.spawn(one), result: 'Done.', evidence });
    expect(board.task(two).reason).toBeNull();
    board.at(180, { type: 'tick' });
    expect(board.state.report?.text).toContain('Status: Pending | Reason: Not yet assigned');
  });
});

it('takes in a no that comes after the run, and puts the conversation away', () => {
  const board = new Board();
  const [one = ''] = board.plan(draftOf('one'));
  const agent = board.spawn(one);
  board.says(3, agent, { asks: { kind: 'approval', text: 'Send?' } });
  for (const minute of [175, 180, 240]) board.at(minute, { type: 'tick' });
  expect(board.state.phase).toBe('ended');
  expect(board.actor(agent).wish).toBe('stop');
  board.says(300, agent, { working: true });
  board.says(301, agent, { turn: turnOf('t2') });
  expect(board.task(one)).toMatchObject({ status: 'in_progress', needsYou: null });
  expect(board.actor(agent).wish).toBe('archive');
});

describe('a board', () => {
  it('refuses what would fill its row, with a reason, and still reports', () => {
    const board = new Board();
    const [one = ''] = board.plan(draftOf('one'));
    const agent = board.spawn(one);
    const value = '語'.repeat(10_000);
    const refused: string[] = [];
    for (let at = 0; at < 200; at += 1) {
      const said = board.at(3, { type: 'remember', actorId: agent, key: `k${at}`, value });
      if (!said.ok) refused.push(said.detail);
    }
    expect(refused.at(-1)).toContain('the shared memory holds');
    for (let at = 0; at < 29; at += 1) {
      board.plan(draftOf(`more ${at}`));
      const { id = '' } = board.state.tasks.at(-1) ?? {};
      const result = '語'.repeat(20_000);
      const said = board.at(3, { type: 'complete', actorId: board.spawn(id), result, evidence: [] });
      if (!said.ok) refused.push(said.detail);
    }
    expect(refused.some((why) => why.includes('the results of this run hold'))).toBe(true);
    expect(new TextEncoder().encode(JSON.stringify(board.state)).length).toBeLessThan(1_500_000);
    board.at(180, { type: 'tick' });
    board.at(181, { type: 'tick' });
    expect(board.state.phase).toBe('reported');
  });
});

it('leaves to its person what they added to a day that had no lead yet', () => {
  const world = { now: EIGHT, newId: () => idOf(7) };
  const { state } = new Board();
  const opening = { ...state, carried: [], brief: '' };
  const begun = openRun(opening, world).state;
  const added = transition(
    begun,
    { type: 'user_add', id: idOf(9), draft: draftOf('mine'), offered },
    world,
  ) as Extract<Decision, { ok: true }>;
  const stopped = transition(added.state, { type: 'stop' }, world) as Extract<Decision, { ok: true }>;
  const over = stopped.state;
  expect(over).toMatchObject({ phase: 'reported', actors: [] });
  expect(over.tasks.map((task) => shownTask(task, over, EIGHT).owner)).toEqual([over.ownerId]);
});

it('keeps a task in progress whose agent said how far it is, as the warning asks', () => {
  const board = new Board();
  const [one = ''] = board.plan(draftOf('one'));
  const agent = board.spawn(one);
  board.at(175, { type: 'tick' });
  const letters = board.actor(agent).letters.map(({ id }) => id);
  expect(letters).toHaveLength(2);
  board.at(175, { type: 'told', actorId: agent, letters, heard: false });
  board.at(176, { type: 'progress', actorId: agent, percent: 60, text: 'Most of it.' });
  board.says(177, agent, { turn: turnOf('t1') });
  expect(board.task(one)).toMatchObject({ status: 'in_progress', progress: { percent: 60 } });
});

it('judges the end of a turn that came before its letter was known to be heard', () => {
  const board = new Board();
  const [one = ''] = board.plan(draftOf('one'));
  const agent = board.spawn(one);
  const turn = { id: 't1', outcome: 'limit' as const, code: 'token_budget' };
  const report = { rev: 3, working: false, asks: null, turn, cost: 0 };
  const letters = board.actor(agent).letters.map(({ id }) => id);
  expect(letters).toHaveLength(1);
  board.at(3, { type: 'report_of_actor', actorId: agent, report });
  expect(board.task(one)).toMatchObject({ status: 'in_progress', attempts: [] });
  board.at(3, { type: 'told', actorId: agent, letters, heard: false });
  board.at(3, { type: 'report_of_actor', actorId: agent, report });
  expect(board.task(one)).toMatchObject({ status: 'failed', retryAt: null, attempts: [{ number: 1 }] });
});
