import { expect, it } from 'vitest';
import { approvalOf, questionOf } from '#shared/protocol/fixtures.ts';
import type { Approval } from '#shared/protocol/question.ts';
import type { RuleBounds } from '#shared/protocol/question-requests.ts';
import { decideAnswer } from './answer.ts';

const always = {
  matches: [{ path: 'title', how: 'any' as const }],
  perDay: 1,
  until: '2099-01-01T00:00:00.000Z',
};
const asked = (approval: Partial<Approval>) =>
  questionOf(1, { approval: approvalOf({ from: null, input: { title: 'Mail' }, hash: 'h', ...approval }) });

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

it('makes no standing rule of bounds that are not about the call, also where they look tight', () => {
  const by = { device: 'a test', ruleId: 'r' };
  const from = { connectionId: 'c', name: 'Mail' };
  const input = { to: ['bob@example.com', 'eve@example.com'], subject: 'News', body: 'Hi' };
  const outside: Approval['outside'] = [{ name: 'Mail', at: '2026-11-24T08:00:00.000Z' }];
  const given = (matches: RuleBounds['matches'], tainted: boolean) => {
    const question = asked({ name: 'send', from, input, ...(tainted ? { outside } : {}) });
    const answer = { decision: 'approve' as const, hash: 'h', always: { ...always, matches } };
    const decided = decideAnswer(question, answer, by);
    return decided.ok ? 'ok' : decided.code;
  };
  const rest = [
    { path: 'subject', how: 'template' as const, value: 'News*' },
    { path: 'body', how: 'equals' as const, value: 'Hi' },
  ];
  for (const tainted of [true, false]) {
    const to = (...paths: string[]) =>
      given(
        [...rest, ...paths.map((path) => ({ path, how: 'equals' as const, value: 'bob@example.com' }))],
        tainted,
      );
    expect([to('to'), to('to.0', 'to.1')]).toEqual(['ok', 'ok']);
    for (const paths of [['to.x'], ['to.0'], ['to', 'cc'], []]) expect(to(...paths)).toBe('rule_unfit');
    expect(given([...rest, { path: 'to', how: 'equals' }], tainted)).toBe('rule_unfit');
  }
});

it('asks nothing about the key that we put into a call, and something about one that the model wrote', () => {
  const by = { device: 'a test', ruleId: 'r' };
  const from = { connectionId: 'c', name: 'Mail' };
  const outside: Approval['outside'] = [{ name: 'Mail', at: '2026-11-24T08:00:00.000Z' }];
  const matches = [{ path: 'title', how: 'equals' as const, value: 'Mail' }];
  const answer = { decision: 'approve' as const, hash: 'h', always: { ...always, matches } };
  const keyed = (key: string) =>
    asked({ name: 'send', from, outside, callId: 'call', input: { title: 'Mail', idempotency_key: key } });
  expect(decideAnswer(keyed('call'), answer, by)).toMatchObject({ ok: true, end: { ruleId: 'r' } });
  expect(decideAnswer(keyed('other'), answer, by)).toEqual({ ok: false, code: 'rule_unfit' });
});
