/** What the yes of a person to a task covers, where its category asks for one. */
import { describe, expect, it } from 'vitest';
import { Board, draftOf } from '#test/simulate/daily-board.ts';
import type { Decision } from './input.ts';

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
    const { title, description, tools: before } = task();
    spawn(3, { brief: 'Write to everybody.' });
    const yes = (brief: string | null) =>
      board.at(4, {
        type: 'user_change',
        taskId: task().id,
        change: {},
        approve: true,
        shown: { title, description, tools: before, brief },
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
});
