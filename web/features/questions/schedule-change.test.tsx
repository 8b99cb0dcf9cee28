import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Approval } from '#shared/protocol/question.ts';
import type { ChangePreview } from '#shared/protocol/schedule.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { schedule } from '#web/features/work/fixture.ts';
import { ada } from '#web/test-server.ts';
import { approvalOf, idOf, questionOf } from '#shared/protocol/fixtures.ts';
import { ApprovalCard } from './approval-card.tsx';
import { Closed } from './closed.tsx';

const id = idOf(7);
const before = schedule({ name: 'Morning', words: 'every weekday at 08:00', timezone: 'Europe/Zurich' });
const change: ChangePreview = {
  before,
  after: { ...before, words: 'every day at 09:30' },
  fires: [24, 25, 26, 27, 28].map((day) => `2026-11-${day}T08:30:00.000Z`),
};

function open(name: string, input: Approval['input'], shown: ChangePreview | undefined) {
  const approval = approvalOf({
    name,
    title: name,
    from: null,
    risk: 'write',
    input,
    reason: 'tainted',
    ...(shown ? { change: shown } : {}),
  });
  const question = questionOf(4, { approval, expiresAt: '2026-12-01T08:00:00.000Z' });
  const { container } = render(
    <UserContext value={ada}>
      <ApprovalCard
        conversationId={idOf(2)}
        question={question}
        approval={approval}
        now={Date.parse('2026-11-24T08:00:00Z')}
      />
    </UserContext>,
  );
  return container;
}

test('a change says which schedule, each thing as it was and would be, and its next times', () => {
  const card = open('update_schedule', { id, cron: '30 9 * * *' }, change);
  expect(screen.getByRole('heading').textContent).toBe('Changes the schedule “Morning”');
  expect(card.querySelector('del')?.textContent).toBe('every weekday at 08:00 (Europe/Zurich)');
  expect(card.querySelector('ins')?.textContent).toBe('every day at 09:30 (Europe/Zurich)');
  expect(screen.getByRole('list', { name: 'Next times' }).children).toHaveLength(5);
  expect(card.textContent).not.toContain(id);
  expect(card.textContent).not.toContain('30 9');
});

test('as it was edited it is still about the same schedule, and promises no times', () => {
  const card = open('update_schedule', { id, cron: '30 9 * * *' }, change);
  fireEvent.click(screen.getByRole('button', { name: 'Edit first' }));
  expect(screen.queryByRole('textbox', { name: 'id' })).toBeNull();
  fireEvent.change(screen.getByRole('textbox', { name: 'cron' }), { target: { value: '0 10 * * *' } });
  fireEvent.click(screen.getByRole('button', { name: 'Use these' }));
  expect(card.textContent).toContain('Morning');
  expect(card.querySelector('ins')?.textContent).toBe('0 10 * * *');
  expect(card.textContent).not.toContain(id);
  expect(screen.queryByRole('list', { name: 'Next times' })).toBeNull();
});

test('every kind of change is told in words, and one that changes nothing as that', () => {
  const after = {
    ...before,
    name: 'Noon',
    instruction: 'Look again',
    count: 4,
    until: '2026-12-24T12:00:00.000Z',
    missed: 'skip' as const,
    overlap: 'skip' as const,
    whileWaiting: 'run' as const,
    status: 'paused' as const,
  };
  const card = open('update_schedule', { id, name: 'Noon' }, { before, after, fires: [] });
  const told = [...card.querySelectorAll('ins')].map((each) => each.textContent);
  expect(told).toEqual([
    'Noon',
    'Look again',
    '4 runs',
    expect.stringMatching(/24.*2026/),
    'it is skipped',
    'it is skipped',
    'it runs all the same',
    'paused',
  ]);
  expect(card.textContent).toContain('Nothing comes due then.');
  const same = open('update_schedule', { id, name: 'Morning' }, { ...change, after: before });
  expect(same.textContent).toContain('Nothing would be different.');
});

test('what is stopped or paused is named, in words', () => {
  const shown = { before, after: before, fires: [] };
  const stop = open('cancel_schedule', { id }, shown);
  expect(screen.getByRole('heading').textContent).toBe('Stops “Morning”, every weekday at 08:00');
  expect(stop.textContent).toContain('Every weekday at 08:00 (Europe/Zurich)');
  expect(stop.textContent).not.toContain(id);
  open('cancel_schedule', { id, pause: true }, shown);
  expect(screen.getByRole('heading', { name: 'Pauses “Morning”, every weekday at 08:00' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Pause it' })).toBeTruthy();
});

test('a question of an older version shows its arguments', () => {
  const card = open('update_schedule', { id, cron: '30 9 * * *' }, undefined);
  expect(screen.getByRole('heading').textContent).toBe('Changes when this works by itself');
  expect(card.textContent).toContain('30 9 * * *');
});

test('what was decided still says which schedule it was', () => {
  const end = {
    outcome: 'approved' as const,
    by: null,
    reason: null,
    answers: null,
    input: null,
    ruleId: null,
  };
  const approval = approvalOf({ name: 'update_schedule', from: null, input: { id, cron: '' }, change });
  const { container } = render(<Closed question={questionOf(4, { approval })} end={end} at="today" />);
  expect(container.textContent).toMatch(/Morning.*every weekday at 08:00/);
  expect(container.textContent).not.toContain(id);
});
