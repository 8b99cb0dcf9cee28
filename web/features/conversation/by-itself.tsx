/** What set a run off when nobody was there: the schedule or webhook by name, its instruction, what arrived. */
import type { TranscriptMessage } from '#shared/core/conversation/transcript.ts';
import { textOf } from '#shared/core/conversation/transcript.ts';
import { conversationPath, runPath } from '#web/app/routes.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime, timeOfDay } from '#web/ui/time.ts';
import { useTalk } from './talk-context.ts';
import './by-itself.css';

interface Props {
  message: TranscriptMessage;
  /** The run that this set off; null while it waits. */
  runId: string | null;
}

function kindOf({ source, origin }: TranscriptMessage): string {
  if (source?.board) return 'Daily run';
  if (source?.rehearsal) return 'Rehearsal';
  return origin === 'webhook' ? 'Webhook' : 'Scheduled';
}

export function ByItself({ message, runId }: Props) {
  const talk = useTalk();
  if (talk === null) return null;
  const { id, zone } = talk;
  const { content, source, createdAt, origin } = message;
  const run = runId === null ? null : runPath(id, runId);
  const arrived = content.flatMap((block) => (block.type === 'delivery' ? [block] : []));
  const more = (source?.deliveries ?? 0) - arrived.length;
  return (
    <article className="said by-itself" data-by="user">
      <header>
        <h2>{run === null ? kindOf(message) : <Link href={run}>{kindOf(message)}</Link>}</h2>
        <time dateTime={createdAt} title={fullTime(createdAt, zone)}>
          {timeOfDay(createdAt, zone)}
        </time>
      </header>
      <div className="body">
        <details>
          <summary>
            <b>{source?.board ? 'From the board' : (source?.name ?? 'Work of its own')}</b>
            {source !== undefined && !source.board && !source.rehearsal && (
              <span className="muted">
                {origin === 'webhook'
                  ? ` · ${source.deliveries === 1 ? 'one delivery' : `${source.deliveries ?? 0} deliveries`}`
                  : ` · due ${timeOfDay(source.dueAt, zone)}`}
              </span>
            )}
          </summary>
          <p className="plain">{textOf(content)}</p>
          {arrived.map(({ deliveryId, text, cut }) => (
            <pre key={deliveryId} className="arrived" aria-label="What arrived, text from outside">
              {text}
              {cut && ' …'}
            </pre>
          ))}
          {more > 0 && arrived.length > 0 && <p className="muted">And {more} more.</p>}
          <p>
            {source?.board ? (
              <Link href={`/today/${source.id}`}>The board of the day</Link>
            ) : (
              <>
                {run !== null && (
                  <>
                    <Link href={run}>This run</Link>
                    {' · '}
                  </>
                )}
                <Link href={`${conversationPath(id)}/work`}>All schedules and runs</Link>
              </>
            )}
          </p>
        </details>
      </div>
    </article>
  );
}
