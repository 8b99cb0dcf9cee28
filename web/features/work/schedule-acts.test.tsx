import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { Proposal } from '#web/features/questions/proposal.tsx';
import { areActs, keysOf, lossy, press } from '#web/test-acts.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { schedule } from './fixture.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { ScheduleItem } from './schedule-item.tsx';

const known = schedule();
const { conversationId: talk } = known;
const path = `/api/conversations/${talk}`;
const preview = { words: 'every weekday at 08:00', timezone: 'UTC', fires: [] };

/** A server that does everything, and whose answer to what is done is lost each second time. */
function begin(children: React.ReactNode) {
  const post = lossy();
  const asked = serve({
    'POST /api/schedules/preview': Response.json(preview),
    [`GET ${path}/schedules`]: Response.json({ items: [known] }),
    [`GET ${path}/runs`]: Response.json({ items: [], nextCursor: null }),
    [`POST ${path}/schedules`]: post({ schedule: known }, 201),
    [`POST ${path}/schedules/${known.id}/run`]: post({ runId: idOf(9) }, 202),
    [`POST ${path}/rehearse`]: post({ runId: idOf(9) }, 202),
  });
  signIn();
  render(<UserContext value={ada}>{children}</UserContext>);
  return asked;
}

test('a run by hand that had no answer is asked for again as the same act', async () => {
  const run = `POST ${path}/schedules/${known.id}/run`;
  const asked = begin(<ScheduleItem schedule={known} />);
  await press('Run now', asked, run, 3);
  expect(areActs(keysOf(asked, run))).toBe(true);
});

test('a schedule that was perhaps made is made again as the same one, and as another when it was changed', async () => {
  const make = `POST ${path}/schedules`;
  const asked = begin(<ScheduleForm conversationId={talk} schedule={null} onClose={() => {}} />);
  const write = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  write('What Claude does each time', 'Look for news');
  await press('Start', asked, make, 3);
  await screen.findByText(/Something broke/);
  write('Name', 'News');
  fireEvent.click(screen.getByRole('button', { name: 'Start' }));
  await waitFor(() => expect(keysOf(asked, make)).toHaveLength(4));
  const sent = keysOf(asked, make);
  expect([areActs(sent.slice(0, 3)), sent[3] === sent[2]]).toEqual([true, false]);
});

test('a rehearsal that had no answer is asked for again as the same act', async () => {
  const rehearse = `POST ${path}/rehearse`;
  const input = { name: 'News', instruction: 'Look for news', cron: '0 8 * * 1-5' };
  const asked = begin(<Proposal conversationId={talk} input={input} schedule={preview} />);
  await press('Rehearse once', asked, rehearse, 3);
  expect(areActs(keysOf(asked, rehearse))).toBe(true);
});

const trace = {
  run: {
    id: idOf(9),
    conversationId: talk,
    trigger: {
      type: 'schedule',
      source: { id: idOf(8), name: 'News', dueAt: '2026-11-24T08:00:00.000Z', rehearsal: true },
    },
    status: 'ended',
    startedAt: '2026-11-24T08:00:01.000Z',
    endedAt: '2026-11-24T08:00:05.000Z',
    workMs: 4_000,
    turns: 1,
    steps: 1,
    tools: 0,
    usage: { inputTokens: 0, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0.004 },
    cost: 0.004,
    outcome: 'completed',
    code: null,
    model: 'claude',
    demo: false,
  },
  events: [],
  rehearsal: { calls: [], rules: [] },
};

test.each([
  ['new', null],
  ['there', known],
])(
  'a schedule that is %s is rehearsed from its editor, as it stands there, with the report',
  async (_, of) => {
    const rehearse = `POST ${path}/rehearse`;
    const asked = serve({
      'POST /api/schedules/preview': () =>
        Response.json({ ...preview, monthly: { runs: 22, cost: 0.088, by: 'rehearsal' } }),
      [rehearse]: () => Response.json({ runId: idOf(9) }, { status: 202 }),
      [`GET ${path}/runs/${idOf(9)}`]: Response.json(trace),
      'GET /api/rules': Response.json({ items: [] }),
    });
    signIn();
    render(
      <UserContext value={ada}>
        <ScheduleForm conversationId={talk} schedule={of} onClose={() => {}} />
      </UserContext>,
    );
    fireEvent.change(screen.getByLabelText('What Claude does each time'), {
      target: { value: 'Look well ' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Rehearse once' }));
    await screen.findByText('The rehearsal would have changed nothing: it only looked.');
    const bodies = (what: string) => asked.filter((each) => each.what === what).map(({ body }) => body);
    expect(bodies(rehearse)).toEqual([
      { ...(of === null ? {} : { name: 'News' }), instruction: 'Look well' },
    ]);
    await screen.findByText('About 22 runs a month, $0.088 by its rehearsal.');
    expect(bodies('POST /api/schedules/preview').at(-1)).toMatchObject({
      conversationId: talk,
      instruction: 'Look well',
      ...(of === null ? {} : { scheduleId: of.id }),
    });
  },
);

test('says of overlap what happens', () => {
  begin(<ScheduleForm conversationId={talk} schedule={null} onClose={() => {}} />);
  expect(screen.getByLabelText('If its own run before still goes on')).toBeTruthy();
  expect(screen.getByText('It always waits for anything else that Claude does here.')).toBeTruthy();
});
