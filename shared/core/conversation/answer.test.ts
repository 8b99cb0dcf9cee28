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

it('makes no standing rule that leaves open whom it reaches, unless just that was confirmed', () => {
  const by = { device: 'a test', ruleId: 'r' };
  const from = { connectionId: 'c', name: 'Mail' };
  const question = asked({ name: 'mail__send', from, input: { to: 'bob@example.com', body: 'Hi' } });
  const bounds = (how: 'any' | 'template', value?: string) => ({
    ...always,
    matches: [
      { path: 'to', how, ...(value === undefined ? {} : { value }) },
      { path: 'body', how: 'any' as const },
    ],
  });
  const answer = { decision: 'approve' as const, hash: 'h', always: bounds('any') };
  const open = { ok: false, code: 'rule_open' };
  expect(decideAnswer(question, answer, by)).toEqual(open);
  expect(decideAnswer(question, { ...answer, always: bounds('template', '*@example.com') }, by)).toEqual(
    open,
  );
  expect(decideAnswer(question, { ...answer, alwaysOpen: ['body'] }, by)).toEqual(open);
  expect(decideAnswer(question, { ...answer, alwaysOpen: ['to'] }, by)).toMatchObject({
    ok: true,
    end: { ruleId: 'r' },
  });
});
