import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { Approval } from '#shared/protocol/question.ts';
import type { ChangePreview } from '#shared/protocol/schedule.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { schedule } from '#web/features/work/fixture.ts';
import { ada, refusal, serve, signIn } from '#web/test-server.ts';
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
  expect(card.querySelector('del')?.textContent).toBe('every weekday at 08:00 AM (Europe/Zurich)');
  expect(card.querySelector('ins')?.textContent).toBe('every day at 09:30 AM (Europe/Zurich)');
  expect(screen.getByRole('list', { name: 'Next times' }).children).toHaveLength(5);
  expect(card.textContent).not.toContain(id);
  expect(card.textContent).not.toContain('30 9');
});

/** Edits the pattern on the card, and takes it over. */
function editTo(cron: string) {
  fireEvent.click(screen.getByRole('button', { name: 'Edit first' }));
  fireEvent.change(screen.getByRole('textbox', { name: 'Cron' }), { target: { value: cron } });
  fireEvent.click(screen.getByRole('button', { name: 'Use these' }));
}
const yes = () => screen.getByRole<HTMLButtonElement>('button', { name: /^Change it/ });
const where = `POST /api/conversations/${idOf(2)}/questions/${idOf(4)}/preview`;

test('as it was edited it says what would change then and when it comes due, and is no yes before', async () => {
  let answer: (response: Response) => void = () => {};
  const asked = serve({});
  signIn();
  const serving = globalThis.fetch;
  vi.stubGlobal('fetch', async (address: string, init?: RequestInit) => {
    await serving(address, init);
    return new Promise<Response>((resolve) => (answer = resolve));
  });
  const card = open('update_schedule', { id, cron: '30 9 * * *' }, change);
  fireEvent.click(screen.getByRole('button', { name: 'Edit first' }));
  expect(screen.queryByRole('textbox', { name: 'Id' })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Back' }));
  editTo('0 10 * * *');
  expect(screen.getByRole('status').textContent).toContain('Reckoning what this would do');
  expect(yes().disabled).toBe(true);
  expect(document.activeElement).toBe(screen.getByRole('heading'));
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]).toMatchObject({ what: where, body: { input: { id, cron: '0 10 * * *' } } });
  const fires = [25, 26, 27, 28, 29].map((day) => `2026-11-${day}T09:00:00.000Z`);
  const after = { ...before, words: 'every day at 10:00' };
  await act(async () => answer(Response.json({ change: { before, after, fires } })));
  await waitFor(() => expect(yes().disabled).toBe(false));
  expect(card.querySelector('del')?.textContent).toBe('every weekday at 08:00 AM (Europe/Zurich)');
  expect(card.querySelector('ins')?.textContent).toBe('every day at 10:00 AM (Europe/Zurich)');
  const times = [...card.querySelectorAll('time')].map((time) => time.dateTime);
  expect(times.filter((time) => fires.includes(time))).toEqual(fires);
  expect(card.textContent).not.toContain(id);
  expect(card.textContent).not.toContain('09:30');
});

test('an edit that no schedule can keep says why, and cannot be said yes to until it is mended', async () => {
  const detail = 'This never comes, as 30 February never does.';
  const asked = serve({
    [where]: ({ body }) =>
      JSON.stringify(body).includes('30 2 *')
        ? refusal('bad_schedule', { detail })
        : Response.json({ change }),
  });
  signIn();
  const card = open('update_schedule', { id, every: null, cron: '30 9 * * *' }, change);
  editTo('0 8 30 2 *');
  await screen.findByText(detail);
  expect(yes().disabled).toBe(true);
  expect([...card.querySelectorAll('ins')].map((each) => each.textContent)).toEqual(['0 8 30 2 *']);
  expect(card.textContent).not.toContain('null');
  expect(screen.queryByRole('list', { name: 'Next times' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  editTo('30 9 * * *');
  await screen.findByRole('list', { name: 'Next times' });
  expect([yes().disabled, screen.queryByText(detail)]).toEqual([false, null]);
  expect(asked.map(({ what }) => what)).toEqual([where, where]);
});

test('where no answer comes it says so, and asks again when told to', async () => {
  let isDown = true;
  serve({
    [where]: () => (isDown ? refusal('unavailable') : Response.json({ change })),
  });
  signIn();
  open('update_schedule', { id, cron: '30 9 * * *' }, change);
  editTo('0 10 * * *');
  const again = await screen.findByRole('button', { name: 'Try again' });
  expect(yes().disabled).toBe(true);
  isDown = false;
  fireEvent.click(again);
  await waitFor(() => expect(yes().disabled).toBe(false));
});

test('a yes that the server refuses by its arguments says why', async () => {
  const detail = 'This schedule is not there any more.';
  serve({
    [where]: Response.json({ change }),
    [where.replace('/preview', '/answer')]: refusal('bad_schedule', { detail }),
  });
  signIn();
  open('update_schedule', { id, cron: '30 9 * * *' }, change);
  editTo('0 10 * * *');
  await waitFor(() => expect(yes().disabled).toBe(false));
  fireEvent.click(yes());
  expect((await screen.findByRole('alert')).textContent).toBe(detail);
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
  expect(screen.getByRole('heading').textContent).toBe('Stops “Morning”, every weekday at 08:00 AM');
  expect(stop.textContent).toContain('Every weekday at 08:00 AM (Europe/Zurich)');
  expect(stop.textContent).not.toContain(id);
  open('cancel_schedule', { id, pause: true }, shown);
  expect(screen.getByRole('heading', { name: 'Pauses “Morning”, every weekday at 08:00 AM' })).toBeTruthy();
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
  // As it was edited, too.
  const edited = { ...end, input: { id, cron: '0 10 * * *' }, change: { ...change, after: before } };
  render(<Closed question={questionOf(4, { approval })} end={edited} at="today" />);
  expect(screen.getAllByText('Nothing would be different.')).toHaveLength(1);
});
