/** The decisions of a daily run: its rules by example. Whole days by seed stand in `days.test.ts`. */
import { describe, expect, it } from 'vitest';
import { idOf } from '#test/simulate/daily-play.ts';
import { nextStart, startsDue } from './start-time.ts';
import { Board, draftOf, EIGHT, MINUTE, offered } from '#test/simulate/daily-board.ts';
import { trouble } from './validate.ts';
import { nextDue, usualSettings } from './window.ts';

describe('days', () => {
  it('begin by the wall of the zone, on the chosen days, and each only once', () => {
    const settings = { ...usualSettings, enabled: true, days: [1, 3] };
    const monday = nextStart(settings, 'Europe/Berlin', EIGHT);
    expect(new Date(monday ?? 0).toISOString()).toBe('2026-11-25T07:00:00.000Z');
    const often = { ...usualSettings, enabled: true, cron: '0 8,10 * * *' };
    const { starts } = startsDue(often, 'UTC', EIGHT, EIGHT + 49 * 60 * MINUTE);
    expect(starts.map(({ date }) => date)).toEqual(['2026-11-24', '2026-11-25', '2026-11-26']);
  });
});

describe('the window', () => {
  it('knows its checkpoints, its warning and its end', () => {
    const board = new Board();
    const seen: string[] = [];
    for (let due = nextDue(board.state); due !== null; due = nextDue(board.state)) {
      const minute = (due - EIGHT) / MINUTE;
      board.at(minute, { type: 'tick' });
      seen.push(`${minute} ${board.state.phase}`);
    }
    expect(seen.slice(0, 2)).toEqual(['15 planning', '30 planning']);
    expect(seen.slice(-4)).toEqual(['165 planning', '175 warned', '180 reported', '240 ended']);
  });

  it('reports why nothing ran when it begins after its end', () => {
    const board = new Board({}, 200);
    expect(board.state).toMatchObject({ phase: 'reported', actors: [], tasks: [] });
    expect(board.state.report?.text).toContain('Nothing ran: the app was not there from 08:00 until 11:20');
  });

  it('says how late it began, and keeps its end', () => {
    const board = new Board({}, 25);
    board.at(180, { type: 'tick' });
    board.at(181, { type: 'tick' });
    expect(board.state.report?.text).toContain('Started 25 min late, at 08:25.');
    expect(board.state.report?.usedMs).toBe(155 * MINUTE);
  });
});

describe('tasks', () => {
  it('that cannot be done go back to the lead with the reason', () => {
    const board = new Board({ categories: [{ name: 'calls', rule: 'forbid', costLimit: null }] });
    board.plan(
      draftOf('good'),
      draftOf('no tool', { tools: ['fax'] }),
      draftOf('off', { tools: ['off'] }),
      draftOf('not wanted', { category: 'Calls' }),
    );
    expect(board.state.tasks.map(({ status, reason }) => [status, reason])).toEqual([
      ['pending', null],
      ['generated', 'There is no tool or connection "fax".'],
      ['generated', '"off" cannot be used now: not connected or switched off.'],
      ['generated', 'The person does not want tasks of the category "calls".'],
    ]);
  });

  it('wait for the yes of the person where their category asks for it', () => {
    const board = new Board({ categories: [{ name: 'own', rule: 'approve', costLimit: null }] });
    const [id = ''] = board.plan(draftOf('one'));
    expect(board.spawn(id)).toBe('');
    expect(board.task(id)).toMatchObject({ status: 'pending', needsYou: { kind: 'category' } });
    board.at(3, { type: 'user_change', taskId: id, change: {}, approve: true, offered });
    expect(board.spawn(id)).not.toBe('');
    expect(board.task(id)).toMatchObject({ status: 'in_progress', needsYou: null });
  });

  it('wait for those before them, and for what the shared memory has to hold', () => {
    const board = new Board();
    const [first = ''] = board.plan(draftOf('first'));
    const task = { ...board.task(first), id: idOf(8), dependsOn: [first], needs: ['total'], approved: false };
    expect(trouble(board.state, task, offered)).toMatchObject({
      wait: true,
      text: '"first" has to be done first.',
    });
    const agent = board.spawn(first);
    board.at(4, { type: 'complete', actorId: agent, result: 'Done', evidence: [] });
    expect(trouble(board.state, task, offered)).toMatchObject({
      text: 'Not in the shared memory yet: "total".',
    });
    board.at(5, { type: 'remember', actorId: agent, key: 'total', value: '7' });
    expect(trouble(board.state, task, offered)).toBeNull();
  });

  it('are tried three times, then escalated with what the agent proposes', () => {
    const board = new Board();
    const [id = ''] = board.plan(draftOf('prices'));
    const agent = board.spawn(id);
    const fail = (minute: number) =>
      board.at(minute, {
        type: 'fail',
        actorId: agent,
        error: 'No answer.',
        retryable: true,
        proposal: { action: 'drop', text: 'Tomorrow.' },
      });
    fail(3);
    expect(board.task(id)).toMatchObject({ status: 'in_progress', retryAt: EIGHT + 3 * MINUTE + 1_000 });
    board.at(4, { type: 'tick' });
    fail(5);
    expect(board.task(id).retryAt).toBe(EIGHT + 5 * MINUTE + 2_000);
    board.at(6, { type: 'tick' });
    const last = fail(7);
    expect(board.task(id)).toMatchObject({
      status: 'failed',
      error: 'No answer.',
      needsYou: { text: 'No answer. The agent proposes to drop it: Tomorrow.' },
    });
    expect(board.task(id).attempts.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(last.ok && last.effects.some(({ type }) => type === 'notify')).toBe(true);
  });

  it('are not tried again where another try cannot help', () => {
    const board = new Board();
    const [id = ''] = board.plan(draftOf('one'));
    const agent = board.spawn(id);
    board.at(3, { type: 'fail', actorId: agent, error: 'No address.', retryable: false, proposal: null });
    expect(board.task(id)).toMatchObject({ status: 'failed', attempts: [{ number: 1 }] });
  });

  it('of the person are added, changed and cancelled until somebody is at work on them', () => {
    const board = new Board();
    const mine = idOf(9);
    board.at(3, { type: 'user_add', id: mine, draft: draftOf('mine'), offered });
    board.at(3, { type: 'user_add', id: mine, draft: draftOf('mine'), offered });
    expect(board.state.tasks).toHaveLength(1);
    board.at(4, { type: 'user_change', taskId: mine, change: { title: 'other' }, approve: false, offered });
    expect(board.task(mine).title).toBe('other');
    board.spawn(mine);
    expect(board.at(5, { type: 'user_cancel', taskId: mine })).toMatchObject({ code: 'task_in_progress' });
    expect(
      board.at(5, { type: 'user_change', taskId: mine, change: { title: 'x' }, approve: false, offered }),
    ).toMatchObject({ code: 'task_in_progress' });
  });

  it('stay in progress when the window ended their turn before the board looked at its clock', () => {
    const board = new Board();
    const [id = ''] = board.plan(draftOf('one'));
    const actorId = board.spawn(id);
    const turn = { id: 't1', outcome: 'limit' as const, code: 'deadline' };
    const report = { rev: 3, working: false, asks: null, turn, cost: 0 };
    board.at(179.999, { type: 'report_of_actor', actorId, report });
    expect(board.task(id)).toMatchObject({ status: 'in_progress', attempts: [] });
  });

  it('go back to pending when their sub-agent is lost', () => {
    const board = new Board();
    const [id = ''] = board.plan(draftOf('one'));
    const agent = board.spawn(id);
    board.at(10, { type: 'actor_missing', actorId: agent });
    expect(board.task(id)).toMatchObject({ status: 'pending', assignedTo: null, attempts: [{ number: 1 }] });
    expect(board.at(11, { type: 'complete', actorId: agent, result: 'Late', evidence: [] }).ok).toBe(false);
  });

  it('are not assigned after the warning, and what ends after the stop is appended to the report', () => {
    const board = new Board();
    const [one = '', two = ''] = board.plan(draftOf('one'), draftOf('two'));
    const agent = board.spawn(one);
    board.at(2, {
      type: 'report_of_actor',
      actorId: agent,
      report: { rev: 1, working: false, asks: { kind: 'approval', text: 'Send?' }, turn: null, cost: 0.1 },
    });
    board.at(175, { type: 'tick' });
    expect(board.at(176, { type: 'spawn', taskId: two, tools: [], brief: null, offered })).toMatchObject({
      ok: false,
    });
    board.at(180, { type: 'tick' });
    expect(board.state.phase).toBe('reported');
    const before = board.state.report;
    expect(before?.totals).toMatchObject({ inProgress: 1, notStarted: 1, generated: 2, needsYou: 1 });
    board.at(190, {
      type: 'complete',
      actorId: agent,
      result: 'Sent.',
      evidence: [{ type: 'id', text: 'm1' }],
    });
    expect(board.task(one)).toMatchObject({ status: 'completed', late: true });
    expect(board.state.report).toMatchObject({ text: before?.text, totals: before?.totals });
    expect(board.state.report?.after).toEqual(['After the deadline, at 11:10: "one" was completed: Sent.']);
  });
});

it('lets the plan wait for a nod, and starts it without one', () => {
  const board = new Board({ nodMinutes: 10 });
  const [id = ''] = board.plan(draftOf('one'));
  expect(board.spawn(id)).toBe('');
  const turn = { id: 't1', outcome: 'completed' as const, code: null };
  board.at(3, {
    type: 'report_of_actor',
    actorId: board.state.leadId,
    report: { rev: 1, working: false, asks: null, turn, cost: 0 },
  });
  expect(board.state).toMatchObject({ phase: 'nod', nodUntil: EIGHT + 13 * MINUTE });
  board.at(13, { type: 'tick' });
  expect(board.state.phase).toBe('working');
  expect(board.spawn(id, 14)).not.toBe('');
});

it('writes the report in the format of the requirements, with numbers that add up', () => {
  const board = new Board();
  const [one = '', two = '', three = '', four = ''] = board.plan(
    draftOf('Sort mail'),
    draftOf('Book a table'),
    draftOf('Check prices'),
    draftOf('Call'),
  );
  const agents = [one, two, three].map((id) => board.spawn(id));
  board.at(14, {
    type: 'complete',
    actorId: agents[0] ?? '',
    result: 'Sorted 12 mails.',
    evidence: [{ type: 'id', text: 'label-7' }],
  });
  board.at(20, { type: 'progress', actorId: agents[1] ?? '', percent: 45, text: 'Called.' });
  board.at(30, {
    type: 'fail',
    actorId: agents[2] ?? '',
    error: 'No answer.',
    retryable: false,
    proposal: null,
  });
  board.at(176, { type: 'next_steps', text: 'Book the table tomorrow.' });
  board.at(180, { type: 'tick' });
  board.at(181, { type: 'tick' });
  expect(board.task(four).status).toBe('pending');
  expect(board.state.report?.text).toMatchInlineSnapshot(`
    "📋 Daily Task Summary - Tuesday, 24 November 2026
    Execution Window: 08:00 - 11:00 (UTC)

    ✅ COMPLETED (1 task)
    - Sort mail
      Status: Completed | Duration: 12 min | Output: Sorted 12 mails. | Evidence: label-7

    🔄 IN PROGRESS (1 task)
    - Book a table
      Status: In Progress | Progress: 45% | Elapsed: 178 min

    ❌ FAILED (1 task)
    - Check prices
      Status: Failed | Reason: No answer. | Attempts: 1 | Needs you: No answer.

    ⏸️ NOT STARTED (1 task)
    - Call
      Status: Pending | Reason: Not yet assigned

    ---
    Summary Stats:
    - Total Generated: 4
    - Completion Rate: 1/4 (25%)
    - Average Task Time: 12 min
    - Total Time Used: 180 min of 180 min
    - Needs you: 1

    Next Steps: Book the table tomorrow."
  `);
});
