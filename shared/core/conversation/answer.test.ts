import { expect, it } from 'vitest';
import type { Approval, Question } from '#shared/protocol/question.ts';
import { decideAnswer } from './answer.ts';

const always = {
  matches: [{ path: 'name', how: 'any' as const }],
  perDay: 1,
  until: '2099-01-01T00:00:00.000Z',
};
const asked = (approval: Partial<Approval>) =>
  ({
    id: 'q',
    kind: 'approval',
    fields: [],
    approval: { from: null, input: { name: 'Mail' }, hash: 'h', outside: [], editable: true, ...approval },
  }) as unknown as Question;

it('makes no standing rule of what sets up more work, whoever asks for one', () => {
  const by = { device: 'a test', ruleId: 'r' };
  const yes = { decision: 'approve' as const, hash: 'h' };
  for (const name of ['create_schedule', 'update_schedule', 'create_webhook', 'remove_webhook']) {
    expect(decideAnswer(asked({ name }), { ...yes, always }, by)).toEqual({ ok: false, code: 'bad_answer' });
    expect(decideAnswer(asked({ name }), yes, by).ok).toBe(true);
    // The names are ours among our own tools alone.
    const from = { connectionId: 'c', name: 'Mail' };
    expect(decideAnswer(asked({ name, from }), { ...yes, always }, by).ok).toBe(true);
  }
});
