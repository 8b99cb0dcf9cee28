/** Every event of a run, in order. One that is too long for a page of the API is shown as far as it was asked for. */
import { useState } from 'react';
import type { RunTrace } from '#shared/protocol/run.ts';
import { useAction } from '#web/data/use-action.ts';
import { work } from '#web/data/work.ts';
import { More } from '#web/features/settings/more.tsx';
import { Trace } from './trace.tsx';

interface Rest {
  events: RunTrace['events'];
  /** Nothing comes after it any more. */
  isAll: boolean;
}

export function WholeTrace({ trace, zone }: { trace: RunTrace; zone: string }) {
  const { run } = trace;
  const [rest, setRest] = useState<Rest | null>(null);
  const action = useAction();
  const shown = [...trace.events, ...(rest?.events ?? [])];
  const last = shown.at(-1)?.seq ?? 0;
  const showMore = () =>
    void action.run(async () => {
      const params = { conversationId: run.conversationId, runId: run.id };
      const page = await work.call('getRun', { params, query: { after: last } });
      // What still runs may go on behind the last page.
      const isAll = page.more !== true && page.run.status === 'ended';
      setRest({ events: [...(rest?.events ?? []), ...page.events], isAll });
    });
  const isMore = rest === null ? trace.more === true : !rest.isAll;
  return (
    <>
      <Trace events={shown} zone={zone} />
      <More action={action} onMore={isMore ? showMore : null} />
    </>
  );
}
