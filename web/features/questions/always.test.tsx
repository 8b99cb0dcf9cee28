import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Approval } from '#shared/protocol/question.ts';
import { AlwaysForm } from './always.tsx';

const input = { to: 'bob@example.com', body: 'Hi' };
const approval: Pick<Approval, 'outside' | 'input' | 'callId'> = { outside: [], input, callId: 'call' };

function open(input: Approval['input'] = approval.input) {
  const granted: Array<[how: string[], open: string[]]> = [];
  render(
    <AlwaysForm
      approval={{ ...approval, input }}
      input={input}
      now={Date.parse('2026-11-20T08:00:00Z')}
      busy={false}
      onGrant={({ matches }, paths) => granted.push([matches.map(({ how }) => how), paths])}
      onBack={() => {}}
    />,
  );
  const grant = screen.getByRole<HTMLButtonElement>('button', { name: /always within these bounds/ });
  const set = (name: string, value: string) =>
    // Beside a template its text is part of the label.
    fireEvent.change(screen.getByRole('combobox', { name: new RegExp(`^${name}`) }), { target: { value } });
  return { granted, grant, set };
}

test('a rule that reaches anybody is granted only after that was confirmed', () => {
  const { granted, grant, set } = open();
  set('Body', 'any');
  expect(screen.queryByRole('checkbox')).toBeNull();
  set('To', 'any');
  expect(screen.getByRole('checkbox', { name: /write to anybody \(“to” is open\)/ })).toBeTruthy();
  expect(grant.disabled).toBe(true);
  fireEvent.click(screen.getByRole('checkbox'));
  expect(grant.disabled).toBe(false);
  fireEvent.click(grant);
  expect(granted).toEqual([[['any', 'any'], ['to']]]);
});

test('what was confirmed is asked again when it is opened otherwise, and needs nothing when it is fixed', () => {
  const { granted, grant, set } = open();
  set('To', 'any');
  fireEvent.click(screen.getByRole('checkbox'));
  set('To', 'template');
  expect(screen.queryByRole('checkbox')).toBeNull();
  fireEvent.change(screen.getByRole('textbox'), { target: { value: '*@example.com' } });
  const box = screen.getByRole<HTMLInputElement>('checkbox', {
    name: /write to anybody at example\.com \(“to” is open\)/,
  });
  expect(box.checked).toBe(false);
  expect(grant.disabled).toBe(true);
  set('To', 'equals');
  fireEvent.click(grant);
  expect(granted).toEqual([[['equals', 'equals'], []]]);
});

test('what may decide whom it reaches is confirmed under its name, and a key of ours is no choice', () => {
  const { granted, grant, set } = open({ ...input, folder_id: 'f', idempotency_key: 'call' });
  expect(screen.queryByRole('combobox', { name: /^idempotency/i })).toBeNull();
  set('Folder id', 'any');
  fireEvent.click(
    screen.getByRole('checkbox', { name: /choose “folder id”, which may decide whom it reaches/ }),
  );
  fireEvent.click(grant);
  expect(granted).toEqual([[['equals', 'equals', 'any'], ['folder_id']]]);
});
