/** What happened in one run, in order: the events of the log with what each took. */
import type { Event } from '#shared/protocol/events.ts';
import type { Run } from '#shared/protocol/run.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useQuery } from '#web/data/use-query.ts';
import { traceQuery } from '#web/data/work.ts';
import { Loading } from '#web/features/settings/section.tsx';
import { causeOf } from '#web/features/trouble/turn-words.ts';
import { count, dollars, duration } from '#web/ui/amounts.ts';
import { fullTime } from '#web/ui/time.ts';
import { Report } from './rehearsal-report.tsx';
import { runSaid } from './work-words.ts';

const clock = (iso: string, zone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(Date.parse(iso));

/** A line for an event; null for those that say nothing of their own here. */
function lineOf(event: Event): string | null {
  switch (event.type) {
    case 'turn_started':
      return event.trigger === 'answer' ? 'Goes on with your answer' : `Begins with ${event.model}`;
    case 'turn_retrying':
      return `${causeOf(event.code)}; tried again`;
    case 'step_done': {
      const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = event.usage;
      const read = inputTokens + cacheReadTokens + cacheWriteTokens;
      return `Claude read ${count(read)} tokens and wrote ${count(outputTokens)}`;
    }
    case 'tool_intended':
      return `${event.intent.title}: begins`;
    case 'tool_ended': {
      const how = { ok: 'done', error: 'failed', unknown: 'outcome unknown' };
      if (event.rehearsed) return `${event.rehearsed.title}: left out, this was a rehearsal`;
      const outcome = event.outcome ?? (event.isError ? 'error' : 'ok');
      const word = outcome in how ? how[outcome as keyof typeof how] : outcome;
      const took = event.durationMs === undefined ? '' : ` in ${duration(event.durationMs)}`;
      return `${event.name}: ${word}${took}`;
    }
    case 'question_asked':
      return `Asks you: ${event.question.title}`;
    case 'question_closed':
      return `Your answer: ${event.end.outcome}`;
    case 'turn_ended': {
      const { word, why } = runSaid({ status: 'ended', outcome: event.outcome, code: event.code });
      return `${word}${why === null ? '' : `: ${why}`} after ${duration(event.durationMs)}`;
    }
    default:
      return null;
  }
}

export function Trace({ run }: { run: Run }) {
  const { timezone } = useUser();
  const { conversationId, id, status, turns, steps, tools } = run;
  // A run that went on is another one, so to say: its trace is asked for anew.
  const query = traceQuery(conversationId, id, [status, turns, steps, tools].join('/'));
  const { data, error, refetch } = useQuery(query);
  if (!data) return <Loading error={error} refetch={refetch} label="run" />;
  return (
    <>
      <ol className="lines trace">
        {data.events.map((event) => {
          const line = lineOf(event);
          return line === null ? null : (
            <li key={event.seq}>
              <time dateTime={event.at} title={fullTime(event.at, timezone)}>
                {clock(event.at, timezone)}
              </time>
              <span>{line}</span>
            </li>
          );
        })}
      </ol>
      {data.rehearsal && <Report conversationId={conversationId} runId={id} report={data.rehearsal} />}
      <p className="muted">
        {count(run.usage.inputTokens + run.usage.cacheReadTokens + run.usage.cacheWriteTokens)} tokens read,{' '}
        {count(run.usage.outputTokens)} written, {dollars(run.cost)}
        {run.demo && ' at the demo model’s made-up price'}. At work for {duration(run.workMs)}.
      </p>
    </>
  );
}
