/** A rehearsal that was begun in the editor of a schedule: how it goes on, and its report where it was begun. */
import { useState } from 'react';
import type { RunTrace } from '#shared/protocol/run.ts';
import { runPath } from '#web/app/routes.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useRenewed } from '#web/data/use-renewed.ts';
import { traceQuery } from '#web/data/work.ts';
import { dollars } from '#web/ui/amounts.ts';
import { Link } from '#web/ui/link.tsx';
import { Report } from './rehearsal-report.tsx';
import { runSaid } from './work-words.ts';

export interface RehearsalHere {
  /** Null until one is begun. */
  runId: string | null;
  trace: RunTrace | null;
  begun: (runId: string) => void;
}

export function useRehearsal(conversationId: string): RehearsalHere {
  const [runId, begun] = useState<string | null>(null);
  const isBegun = runId !== null;
  const { data: conversation } = useQuery(conversationQuery(conversationId), isBegun);
  const query = traceQuery(conversationId, runId ?? '');
  const { data } = useQuery(query, isBegun);
  useRenewed(query, isBegun ? conversation?.rev : undefined);
  return { runId, trace: data ?? null, begun };
}

/** The report is that of the run's own page. */
export function RehearsalHere({
  conversationId,
  of: { runId, trace },
}: {
  conversationId: string;
  of: RehearsalHere;
}) {
  if (runId === null) return null;
  const { tone, word, why } = runSaid(trace?.run ?? { status: 'running', outcome: null, code: null });
  return (
    <>
      <p role="status">
        Rehearsal:{' '}
        <span className="status" data-tone={tone}>
          <i aria-hidden="true" />
          {word}
        </span>{' '}
        {why !== null && <span className="muted">{why} </span>}
        {trace?.rehearsal && <span className="muted">{dollars(trace.run.cost)} </span>}
        <Link href={runPath(conversationId, runId)}>The whole run</Link>
      </p>
      {trace?.rehearsal && <Report conversationId={conversationId} runId={runId} report={trace.rehearsal} />}
    </>
  );
}
