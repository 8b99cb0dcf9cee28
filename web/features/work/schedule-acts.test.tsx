import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { Proposal } from '#web/features/questions/proposal.tsx';
import { areActs, keysOf, lossy, press } from '#web/test-acts.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#web/test-tools.ts';
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
