/** The report of a rehearsal under its reply: asked for when the run has ended. */
import { useTalk } from '#web/features/conversation/talk-context.ts';
import { useQuery } from '#web/data/use-query.ts';
import { traceQuery } from '#web/data/work.ts';
import { Report } from './rehearsal-report.tsx';

export function Rehearsed({ runId, turnId }: { runId: string; turnId: string }) {
  const talk = useTalk();
  const conversationId = talk?.id ?? '';
  // The turn that ended it names how far the run has come.
  const queryKey = ['run', conversationId, runId, turnId];
  const { data } = useQuery({ ...traceQuery(conversationId, runId), queryKey });
  if (talk === null || !data?.rehearsal) return null;
  const name = data.run.trigger.source?.name;
  const open = Object.values(talk.questions).findLast(
    ({ question: { approval }, end }) =>
      end === null && approval?.name === 'create_schedule' && approval.input['name'] === name,
  );
  return (
    <Report
      conversationId={talk.id}
      runId={runId}
      report={data.rehearsal}
      proposal={open?.question ?? null}
    />
  );
}
