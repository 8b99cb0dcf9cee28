import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { useInbox } from '#web/data/use-inbox.ts';
import { hearRemoved, hearSummary } from '#web/data/conversations.ts';
import { ada, refusal, serve, signIn } from '#web/test-server.ts';
import { approvalOf, questionOf, summaryOf } from '#shared/protocol/fixtures.ts';
import { InboxPage } from './inbox-page.tsx';

const Page = () => <InboxPage waiting={useInbox()} />;

/** Every test has conversations of its own: what was heard of one is remembered beyond the test. */
function open(summaries: ConversationSummary[], more: Parameters<typeof serve>[0] = {}) {
  const items = summaries.flatMap(({ id, title, kind, questions }) =>
    questions.map((question) => ({ conversation: { id, title, kind }, question })),
  );
  const asked = serve({
    'GET /api/conversations': Response.json({ items: summaries, nextCursor: null }),
    'GET /api/inbox': Response.json({ items }),
    'GET /api/notifications': Response.json({ items: [], nextCursor: null, unread: 0 }),
    ...Object.fromEntries(
      items.map(({ conversation, question }) => [
        `GET /api/conversations/${conversation.id}/questions/${question.id}`,
        Response.json({ question }),
      ]),
    ),
    ...more,
  });
  signIn();
  render(
    <UserContext value={ada}>
      <Page />
    </UserContext>,
  );
  return asked;
}

/** Of what waits; what happened stands below it. */
const headings = () =>
  screen
    .queryAllByRole('heading', { level: 2 })
    .map(({ textContent }) => textContent)
    .filter((text) => text !== 'What happened');

test('what waits stands oldest first, and goes and comes with the stream, without another question to the server', async () => {
  const text = questionOf(12, { kind: 'text', title: 'Which trip?', approval: null });
  const asked = open([summaryOf(101, 'Trips', text), summaryOf(102, 'Mail', questionOf(11))]);
  await waitFor(() =>
    expect(headings()).toEqual(['Sends a mail to rebecca@example.com with Demo mail', 'Which trip?']),
  );
  const before = asked.length;
  act(() => hearSummary({ ...summaryOf(101, 'Trips'), rev: 2 }));
  expect(headings()).toEqual(['Sends a mail to rebecca@example.com with Demo mail']);
  act(() =>
    hearSummary({
      ...summaryOf(103, 'New', questionOf(13, { title: 'And this?', approval: null })),
      rev: 2,
    }),
  );
  expect(headings()).toHaveLength(2);
  act(() => hearRemoved(summaryOf(103, '').id));
  act(() => hearSummary({ ...summaryOf(102, 'Mail'), rev: 2 }));
  expect(screen.getByText('Nothing waits for you')).toBeTruthy();
  expect(asked.length, 'nothing was asked for again').toBe(before);
});

test('A opens the first approval and brings the hand to its yes, but says nothing; only the button does', async () => {
  const summary = summaryOf(111, 'Mail', questionOf(14));
  const answer = `POST /api/conversations/${summary.id}/questions/${questionOf(14).id}/answer`;
  const asked = open(
    [summaryOf(112, 'Trips', questionOf(10, { title: 'Which?', approval: null })), summary],
    {
      [answer]: Response.json(
        { questionId: questionOf(14).id, outcome: 'approved', turnId: null },
        { status: 202 },
      ),
    },
  );
  await screen.findByText('Which?');
  fireEvent.keyDown(document.body, { key: 'a' });
  const yes = await screen.findByRole('button', { name: 'Send this mail' });
  await waitFor(() => expect(document.activeElement).toBe(yes));
  expect(asked.some(({ what }) => what === answer)).toBe(false);
  fireEvent.click(yes);
  await waitFor(() =>
    expect(asked.find(({ what }) => what === answer)?.body).toMatchObject({
      decision: 'approve',
      hash: 'hash of the call',
    }),
  );
});

test('J and K go from one to the next; nobody who types is led away', async () => {
  open([summaryOf(121, 'Mail', questionOf(15), questionOf(16))]);
  await screen.findAllByText(/Sends a mail/);
  const rows = [...document.querySelectorAll('summary')];
  fireEvent.keyDown(document.body, { key: 'j' });
  expect(document.activeElement).toBe(rows[0]);
  fireEvent.keyDown(document.body, { key: 'j' });
  fireEvent.keyDown(document.body, { key: 'j' });
  expect(document.activeElement, 'the last stays').toBe(rows[1]);
  fireEvent.keyDown(document.body, { key: 'k' });
  expect(document.activeElement).toBe(rows[0]);
  const field = document.createElement('input');
  document.body.append(field);
  field.focus();
  fireEvent.keyDown(field, { key: 'j' });
  expect(document.activeElement).toBe(field);
  field.remove();
});

test('what was open when it was decided keeps its place, so that nothing moves under the hand', async () => {
  const [first, second] = [questionOf(17), questionOf(18)];
  open([summaryOf(131, 'Mail', first), summaryOf(132, 'Other', second)]);
  await screen.findAllByText(/Sends a mail/);
  fireEvent.keyDown(document.body, { key: 'a' });
  await screen.findByRole('button', { name: 'Send this mail' });
  act(() => hearSummary({ ...summaryOf(131, 'Mail'), rev: 2 }));
  expect(headings()).toHaveLength(2);
  const settled = screen.getByText(/No longer waits for you/);
  expect(settled.closest('li')?.nextElementSibling?.querySelector('summary')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Send this mail' })).toBeNull();
});

test('a question that is gone when it is opened says so', async () => {
  const summary = summaryOf(141, 'Mail', questionOf(19));
  open([summary], {
    [`GET /api/conversations/${summary.id}/questions/${questionOf(19).id}`]: refusal('not_found'),
  });
  await screen.findByText(/Sends a mail/);
  fireEvent.keyDown(document.body, { key: 'a' });
  expect((await screen.findByRole('alert')).textContent).toMatch(/decided elsewhere, or has expired/);
});

test('that nothing waits is said only when that is known', async () => {
  open([], { 'GET /api/inbox': refusal('not_found') });
  expect((await screen.findByRole('alert')).textContent).toMatch(/could not be loaded/);
  expect(screen.queryByText('Nothing waits for you')).toBeNull();
});

/** Two approvals whose arguments the list cuts, and what the server says of them whole. */
function openTwo(more: Parameters<typeof serve>[0] = {}) {
  const cut = (number: number) =>
    questionOf(number, {
      approval: approvalOf({ input: { text: 'The beginning…' }, hash: `hash ${number}` }),
    });
  const long = `The beginning ${'and more '.repeat(300)}and pay 9,000 dollars`;
  const ids = [151, 152].map((number) => summaryOf(number, '').id);
  const answers = [21, 22].map((number, at) => {
    const place = `/api/conversations/${ids[at]}/questions/${questionOf(number).id}`;
    const approval = approvalOf({
      input: { text: long, to: ['a@x.example', 'b@x.example'] },
      hash: `hash ${number}`,
    });
    return {
      [`GET ${place}`]: Response.json({ question: questionOf(number, { approval }) }),
      [`POST ${place}/answer`]: Response.json(
        { questionId: questionOf(number).id, outcome: 'approved', turnId: null },
        { status: 202 },
      ),
    };
  });
  const [one = {}, two = {}] = answers;
  const asked = open([summaryOf(151, 'Mail', cut(21)), summaryOf(152, 'Trips', cut(22))], {
    ...one,
    ...two,
    ...more,
  });
  return { asked, long };
}
const answersIn = (asked: Array<{ what: string; body: unknown }>) =>
  asked.filter(({ what }) => what.endsWith('/answer')).map(({ body }) => body);

test('all are approved only when each was shown to its end, and what runs is what was shown', async () => {
  const { asked, long } = openTwo();
  fireEvent.click(await screen.findByRole('button', { name: 'Approve all 2…' }));
  const dialog = within(screen.getByRole('dialog'));
  const yes = dialog.getByRole<HTMLButtonElement>('button', { name: 'Approve all 2' });
  expect(yes.disabled, 'nothing was shown yet').toBe(true);
  expect(await dialog.findAllByText(long)).toHaveLength(2);
  expect(dialog.getAllByText('a@x.example, b@x.example')).toHaveLength(2);
  expect(answersIn(asked)).toEqual([]);
  fireEvent.click(yes);
  await waitFor(() =>
    expect(answersIn(asked)).toEqual([
      { decision: 'approve', hash: 'hash 21' },
      { decision: 'approve', hash: 'hash 22' },
    ]),
  );
});

test('what cannot be read whole is not approved', async () => {
  const place = `GET /api/conversations/${summaryOf(151, '').id}/questions/${questionOf(21).id}`;
  openTwo({ [place]: refusal('database_unavailable') });
  fireEvent.click(await screen.findByRole('button', { name: 'Approve all 2…' }));
  expect(await screen.findByRole('alert')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Approve all 2' }).disabled).toBe(true);
});

test('of several, one that was decided meanwhile is not among them', async () => {
  const place = `GET /api/conversations/${summaryOf(151, '').id}/questions/${questionOf(21).id}`;
  const { asked } = openTwo({ [place]: refusal('not_found') });
  fireEvent.click(await screen.findByRole('button', { name: 'Approve all 2…' }));
  const dialog = within(screen.getByRole('dialog'));
  await waitFor(() => fireEvent.click(dialog.getByRole('button', { name: 'Approve all 1' })));
  await waitFor(() => expect(answersIn(asked)).toEqual([{ decision: 'approve', hash: 'hash 22' }]));
});

test('of several, a schedule is told in words, and nothing is begun from there', async () => {
  const schedule = { words: 'every 5 minutes', timezone: 'UTC', fires: ['2026-11-24T08:05:00.000Z'] };
  const approval = approvalOf({
    name: 'create_schedule',
    from: null,
    risk: 'write',
    input: { name: 'AA receipts', instruction: 'Look for receipts', cron: '*/5 * * * *' },
    schedule,
  });
  open([summaryOf(161, 'Mail', questionOf(31, { approval })), summaryOf(162, 'Trips', questionOf(32))]);
  fireEvent.click(await screen.findByRole('button', { name: 'Approve all 2…' }));
  const dialog = within(screen.getByRole('dialog'));
  expect(await dialog.findByText('Every 5 minutes')).toBeTruthy();
  expect(dialog.getByRole('list', { name: 'Next times' }).children).toHaveLength(1);
  expect(dialog.queryByText('*/5 * * * *')).toBeNull();
  expect(dialog.queryByRole('button', { name: 'Rehearse once' })).toBeNull();
});
