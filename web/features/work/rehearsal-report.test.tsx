import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { RehearsalReport } from '#shared/protocol/rehearsal.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ApprovalCard } from '#web/features/questions/approval-card.tsx';
import { ada, done, serve, signIn } from '#web/test-server.ts';
import { approvalOf, idOf, questionOf } from '#shared/protocol/fixtures.ts';
import { Report } from './rehearsal-report.tsx';

const [talk, runId, ruleId] = [idOf(2), idOf(9), idOf(10)];
const input = { name: 'Mail', instruction: 'Look', cron: '*/5 * * * *' };
const approval = approvalOf({
  name: 'create_schedule',
  from: null,
  input,
  schedule: { words: 'every 5 minutes', timezone: 'UTC', fires: [] },
});
const question = questionOf(5, { approval });
const report: RehearsalReport = {
  calls: [
    {
      toolKey: 'mail/send',
      title: 'Send mail',
      from: null,
      risk: 'send',
      input: { to: 'a@example.com' },
      asks: 'writes',
      tainted: false,
      toolUseId: 'use',
      name: 'send',
      ruleId,
    },
  ],
  rules: [
    {
      id: ruleId,
      toolKey: 'mail/send',
      title: 'Send mail',
      from: null,
      tainted: false,
      bounds: {
        matches: [{ path: 'to', how: 'equals', value: 'a@example.com' }],
        perDay: 1,
        until: '2099-01-01T00:00:00.000Z',
      },
    },
  ],
};

function open() {
  const asked = serve({
    'GET /api/rules': Response.json({ items: [] }),
    [`POST /api/conversations/${talk}/runs/${runId}/allow`]: done,
  });
  signIn();
  render(
    <UserContext value={ada}>
      <ApprovalCard conversationId={talk} question={question} approval={approval} now={0} />
      <Report conversationId={talk} runId={runId} report={report} proposal={question} />
    </UserContext>,
  );
  return asked;
}

test.each(['Allow these, then to its card', 'Start it on its card'])(
  'a report never says the yes itself: "%s" leads to the card, which shows what would start',
  async (name) => {
    const asked = open();
    await act(async () => fireEvent.click(screen.getByRole('button', { name })));
    const heading = screen.getByRole('heading', { name: 'Works by itself: every 5 minutes' });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    const sent = asked.filter(({ what }) => what.startsWith('POST')).map(({ what }) => what);
    expect(sent.filter((what) => what.includes('/questions/'))).toEqual([]);
    expect(sent.some((what) => what.includes('/runs/'))).toBe(name.startsWith('Allow'));
  },
);
