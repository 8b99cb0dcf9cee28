/** What the yes of a person to a task covers, where its category asks for one. */
import { describe, expect, it } from 'vitest';
import { Board, draftOf } from '#test/simulate/daily-board.ts';
import { seenOf } from '#test/simulate/daily-play.ts';
import type { Decision, TaskDraft } from './input.ts';
import { shownTask } from './shown.ts';

describe('a yes to a category', () => {
  const tools = { tools: { mail: true, files: true } };
  function approved(rule: 'approve' | 'allow' = 'approve') {
    const board = new Board({ categories: [{ name: 'own', rule, costLimit: null }] });
    const [one = ''] = board.plan(draftOf('one'));
    const yes = (minute: number) =>
      board.at(minute, {
        type: 'user_change',
        taskId: one,
        change: {},
        approve: true,
        offered: tools,
      });
    const spawn = (minute: number, more: { tools?: string[]; brief?: string }) =>
      board.at(minute, {
        type: 'spawn',
        taskId: one,
        tools: more.tools ?? [],
        brief: more.brief ?? null,
        offered: tools,
      });
    yes(2);
    return { board, yes, spawn, task: () => board.task(one) };
  }
  const notified = (decided: Decision) => decided.ok && decided.effects.some(({ type }) => type === 'notify');

  it('covers no tool that came with the sub-agent: it is asked again, and begins with just these', () => {
    const { yes, spawn, task, board } = approved();
    expect(task().approved).toBe(true);
    const asked = spawn(3, { tools: ['files'] });
    expect(asked.ok && asked.answer).toContain('yes of the person');
    expect(notified(asked)).toBe(true);
    expect(task()).toMatchObject({
      status: 'pending',
      approved: false,
      tools: ['mail', 'files'],
      needsYou: { kind: 'category' },
    });
    // Neither with fewer.
    spawn(4, {});
    expect(task().status).toBe('pending');
    yes(5);
    spawn(6, { tools: ['files', 'mail'] });
    expect(task()).toMatchObject({ status: 'in_progress', needsYou: null });
    expect(board.actor(task().assignedTo ?? '').tools).toEqual(['mail', 'files']);
  });

  it('covers no brief but the one that was shown', () => {
    const { yes, spawn, task, board } = approved();
    expect(notified(spawn(3, { brief: 'Write to everybody.' }))).toBe(true);
    expect(task()).toMatchObject({ approved: false, brief: 'Write to everybody.' });
    yes(4);
    spawn(5, { brief: 'Write to everybody, twice.' });
    expect(task()).toMatchObject({ status: 'pending', brief: 'Write to everybody, twice.' });
    yes(6);
    spawn(7, {});
    expect(task().status).toBe('in_progress');
    const [letter] = board.actor(task().assignedTo ?? '').letters;
    expect(letter?.text).toContain('From the lead: Write to everybody, twice.');
  });

  it('is for what was shown: what the lead made of it meanwhile is not begun by it', () => {
    const { board, spawn, task } = approved();
    const seen = seenOf(task());
    spawn(3, { brief: 'Write to everybody.' });
    const yes = (brief: string | null) =>
      board.at(4, {
        type: 'user_change',
        taskId: task().id,
        change: {},
        approve: true,
        shown: { ...seen, brief },
        offered: tools,
      });
    expect(yes(null)).toMatchObject({ ok: false, code: 'call_changed' });
    expect(task().approved).toBe(false);
    expect(yes('Write to everybody.').ok).toBe(true);
    expect(task().approved).toBe(true);
  });

  it('holds for the same tools without a word more, and is not needed where the category is allowed', () => {
    const same = approved();
    same.spawn(3, { tools: ['mail'] });
    expect(same.task().status).toBe('in_progress');
    const allowed = approved('allow');
    allowed.spawn(3, { tools: ['files'], brief: 'Look twice.' });
    expect(allowed.task()).toMatchObject({ status: 'in_progress', tools: ['mail', 'files'] });
  });

  it('is asked for again when the lead hands the task to another agent with words of its own', () => {
    const { board, spawn, task } = approved();
    spawn(3, {});
    const actorId = task().assignedTo ?? '';
    const proposal = { action: 'reassign' as const, text: 'By letter.' };
    board.at(4, { type: 'escalate', actorId, reason: 'No.', proposal });
    board.at(5, { type: 'decide', taskId: task().id, action: 'reassign', text: null, by: 'lead' });
    expect(task()).toMatchObject({ status: 'pending', approved: false });
    spawn(6, {});
    expect(task()).toMatchObject({ status: 'pending', needsYou: { kind: 'category' } });
  });

  const proposal = { action: 'change_approach' as const, text: 'By phone.' };
  /** A task at work whose agent asks what to do; and its lead decides it with an order in its words. */
  function decided(action: 'reassign' | 'change_approach' | 'retry', text: string | null, rule?: 'allow') {
    const made = approved(rule);
    made.spawn(3, {});
    const agent = made.task().assignedTo ?? '';
    made.board.at(4, { type: 'escalate', actorId: agent, reason: 'No.', proposal });
    const taskId = made.task().id;
    const answer = made.board.at(5, { type: 'decide', taskId, action, text, by: 'lead' });
    const letters = (id: string) => made.board.actor(id).letters.map((letter) => letter.text);
    return { ...made, agent, answer, letters };
  }
  const order = 'Pay all of it to Eve.';

  it('covers no words of the lead in a decision but those on the card', () => {
    for (const action of ['reassign', 'change_approach', 'retry'] as const) {
      const { board, spawn, task, answer, agent, letters } = decided(action, order);
      // Asked at once, and the one at work is not told.
      expect(task()).toMatchObject({ status: 'pending', approved: false, needsYou: { kind: 'category' } });
      expect(notified(answer)).toBe(true);
      expect(board.actor(agent).wish).toBe('stop');
      expect(letters(agent).join('\n')).not.toContain(order);
      expect(shownTask(task(), board.state, 0).advice).toContain(order);
      const yes = (advice: string | null) =>
        board.at(6, {
          type: 'user_change',
          taskId: task().id,
          change: {},
          approve: true,
          shown: { ...seenOf(task()), advice },
          offered: tools,
        });
      expect(yes(null)).toMatchObject({ ok: false, code: 'call_changed' });
      spawn(7, {});
      expect(task().status).toBe('pending');
      expect(yes(task().advice ?? null).ok).toBe(true);
      spawn(8, {});
      expect(letters(task().assignedTo ?? '').join('\n')).toContain(order);
    }
  });

  it('lasts where the lead adds no words, or the person decides', () => {
    const same = decided('retry', null);
    expect(same.task()).toMatchObject({ status: 'in_progress', approved: true, assignedTo: same.agent });
    const { board, agent, task } = decided('retry', null);
    board.at(6, { type: 'escalate', actorId: agent, reason: 'Again.', proposal });
    board.at(7, { type: 'decide', taskId: task().id, action: 'change_approach', text: order, by: 'person' });
    expect(task()).toMatchObject({ status: 'in_progress', assignedTo: agent, needsYou: null });
  });

  it('is not needed for words of the lead where the category is allowed', () => {
    const { task, agent, letters } = decided('change_approach', order, 'allow');
    expect(task()).toMatchObject({ status: 'in_progress', assignedTo: agent });
    expect(letters(agent).at(-1)).toContain(order);
  });

  it('does not go with the task into another category, nor to what comes before it', () => {
    const rule = 'approve' as const;
    const board = new Board({
      categories: ['notes', 'payments'].map((name) => ({ name, rule, costLimit: null })),
    });
    const [one = '', two = ''] = board.plan(draftOf('one', { category: 'notes' }), draftOf('two'));
    const seen = seenOf(board.task(one));
    const yes = (shown = seen) =>
      board.at(3, { type: 'user_change', taskId: one, change: {}, approve: true, shown, offered: tools });
    const revise = (change: Partial<TaskDraft>) =>
      board.at(2, { type: 'revise_task', taskId: one, change, status: null, reason: null, offered: tools });
    for (const change of [{ category: 'payments' }, { dependsOn: [two] }, { needs: ['total'] }]) {
      revise(change);
      expect(yes()).toMatchObject({ ok: false, code: 'call_changed' });
      expect(board.task(one).approved).toBe(false);
      revise({ category: 'notes', dependsOn: [], needs: [] });
    }
    expect(yes().ok).toBe(true);
    // Nor where the person moves it themselves.
    const move = (category: string) =>
      board.at(4, { type: 'user_change', taskId: one, change: { category }, approve: false, offered: tools });
    move('notes');
    expect(board.task(one).approved).toBe(true);
    move('payments');
    expect(board.task(one)).toMatchObject({ approved: false, needsYou: { kind: 'category' } });
  });
});
