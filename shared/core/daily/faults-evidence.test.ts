/** Evidence that is wanting, or names what is not there. */
import { describe, expect, it } from 'vitest';
import { idOf } from '#test/simulate/daily-play.ts';
import { inputOf, namedFiles } from './acts.ts';
import { totalsOf } from './report.ts';
import { Board, draftOf, EIGHT, MINUTE, offered, turnOf } from '#test/simulate/daily-board.ts';

describe('evidence', () => {
  it('is the file that an agent wrote, when it reports nothing', () => {
    const board = new Board();
    const [one = ''] = board.plan(draftOf('one'));
    const agent = board.spawn(one);
    const wrote = [{ id: 'f1', name: 'outline.md', at: EIGHT + 3 * MINUTE }];
    board.says(4, agent, { turn: turnOf('t1'), wrote });
    expect(board.task(one)).toMatchObject({
      status: 'completed',
      evidence: [{ type: 'artifact', text: 'f1' }],
    });
  });

  it('is no file of a try that failed', () => {
    const board = new Board();
    const [one = ''] = board.plan(draftOf('one'));
    const agent = board.spawn(one);
    const wrote = [{ id: 'f1', name: 'outline.md', at: EIGHT + 3 * MINUTE }];
    board.at(4, { type: 'fail', actorId: agent, error: 'No.', retryable: true, proposal: null });
    board.at(5, { type: 'tick' });
    board.at(5, {
      type: 'told',
      actorId: agent,
      letters: board.actor(agent).letters.map(({ id }) => id),
      heard: false,
    });
    board.says(6, agent, { turn: turnOf('t2'), wrote });
    expect(board.task(one)).toMatchObject({ status: 'in_progress', attempts: [{}, {}] });
  });

  it('names files by their ids, and is marked where one is not there', () => {
    const board = new Board();
    const [one = ''] = board.plan(draftOf('one'));
    const actor = board.actor(board.spawn(one));
    const artifact = (text: string) => ({ type: 'artifact', text });
    const named = [artifact(`file ${idOf(5)}`), artifact(idOf(6)), { type: 'id', text: idOf(7) }];
    const call = { result: 'Done.', evidence: named };
    expect(namedFiles('complete_task', call)).toEqual([idOf(5), idOf(6)]);
    const known = { offered, files: new Set([idOf(5)]), shown: null };
    expect(inputOf(actor, 'complete_task', call, known)).toMatchObject({
      evidence: [{ text: `file ${idOf(5)}` }, { unknown: true }, { type: 'id' }],
    });
  });

  it('that names no file is marked where nothing that happened shows it', () => {
    const board = new Board();
    const [one = '', two = ''] = board.plan(draftOf('one'), draftOf('two'));
    const judged = (taskId: string, evidence: ReadonlyArray<{ type: string; text: string }>) => {
      const actor = board.actor(board.spawn(taskId));
      const known = { offered, files: new Set([idOf(5)]), shown: new Set(['m1']) };
      const input = inputOf(actor, 'complete_task', { result: 'Done.', evidence }, known);
      if (input !== null) board.at(3, input);
      return board.task(taskId).evidence;
    };
    const id = (text: string) => ({ type: 'id', text });
    expect(judged(one, [id('m1'), id('m2'), { type: 'artifact', text: idOf(5) }])).toEqual([
      id('m1'),
      { ...id('m2'), unshown: true },
      { type: 'artifact', text: idOf(5) },
    ]);
    judged(two, [id('m2'), { type: 'artifact', text: 'outline.md' }]);
    expect(totalsOf(board.state.tasks)).toMatchObject({ completed: 2, unverified: 1 });
    board.at(180, { type: 'tick' });
    const text = board.state.report?.text;
    expect(text).toContain(`Evidence: m1, m2 (unverified), ${idOf(5)}`);
    expect(text).toContain("unverified: no tool's answer shows: m2, outline.md");
    expect(text).toContain('- Unverified: 1 of 2 completed');
  });

  it('that is not there leaves the task unverified', () => {
    const board = new Board();
    const [one = ''] = board.plan(draftOf('one'));
    const unknown = [{ type: 'artifact' as const, text: 'f9', unknown: true }];
    board.at(3, { type: 'complete', actorId: board.spawn(one), result: 'Done.', evidence: unknown });
    expect(totalsOf(board.state.tasks)).toMatchObject({ completed: 1, unverified: 1 });
    board.at(180, { type: 'tick' });
    expect(board.state.report?.text).toContain('unverified: not there: f9');
  });
});
