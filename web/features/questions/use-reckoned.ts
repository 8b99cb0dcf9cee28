/**
 * A proposal as it stands now. The card keeps what was reckoned when it was asked: since then times have passed, and a
 * rehearsal may have told what a run costs.
 */
import { useEffect } from 'react';
import type { Approval } from '#shared/protocol/question.ts';
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import type { PreviewSchedule } from '#shared/protocol/schedule-requests.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { renew } from '#web/data/security.ts';
import { useQuery } from '#web/data/use-query.ts';
import { work } from '#web/data/work.ts';

const asked = ['cron', 'at', 'every', 'timezone', 'count', 'until', 'instruction'];

/** @param schedule what the card was asked with: shown until there is an answer, and where there is none */
export function useReckoned(
  conversationId: string,
  input: Approval['input'],
  schedule: SchedulePreview,
): SchedulePreview {
  const { data: conversation } = useQuery(conversationQuery(conversationId));
  const given = Object.entries(input).filter(([name, value]) => asked.includes(name) && value !== null);
  const body = { ...Object.fromEntries(given), conversationId };
  const { data } = useQuery<SchedulePreview>({ queryKey: ['reckoned', body] }, false);
  // Whenever something here has ended, which may have been its rehearsal.
  const ended = conversation?.working === true ? null : conversation?.rev;
  // What begins at once has neither times nor a month.
  const isTimed = schedule.monthly !== undefined;
  const now = JSON.stringify({ body, ended });
  useEffect(() => {
    if (!isTimed) return;
    const { body: of }: { body: PreviewSchedule } = JSON.parse(now);
    void renew({
      queryKey: ['reckoned', of],
      queryFn: ({ signal }) => work.call('previewSchedule', { body: of, signal }),
    });
  }, [now, isTimed]);
  if (data === undefined) return schedule;
  return schedule.tools === undefined ? data : { ...data, tools: schedule.tools };
}
