/** What set a run off when nobody was there: the schedule or webhook by name, its instruction, what arrived. */
import type { TranscriptMessage } from '#shared/core/conversation/transcript.ts';
import { textOf } from '#shared/core/conversation/transcript.ts';
import { conversationPath } from '#web/app/routes.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime, timeOfDay } from '#web/ui/time.ts';
import { useTalk } from './talk-context.ts';
import './by-itself.css';

export function ByItself({ message }: { message: TranscriptMessage }) {
  const talk = useTalk();
  if (talk === null) return null;
  const { id, zone } = talk;
  const { content, source, createdAt, origin } = message;
  const arrived = content.flatMap((block) => (block.type === 'delivery' ? [block] : []));
  const more = (source?.deliveries ?? 0) - arrived.length;
  return (
    <article className="said by-itself" data-by="user">
      <header>
        <h2>
          {source?.board
            ? 'Daily run'
            : source?.rehearsal
              ? 'Rehearsal'
              : origin === 'webhook'
                ? 'Webhook'
                : 'Scheduled'}
        </h2>
        <time dateTime={createdAt} title={fullTime(createdAt, zone)}>
          {timeOfDay(createdAt, zone)}
        </time>
      </header>
      <div className="body">
        <details>
          <summary>
            <b>{source?.board ? 'From the board' : (source?.name ?? 'Work of its own')}</b>
            {source !== undefined && !source.board && (
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
              <Link href={`${conversationPath(id)}/work`}>Schedules, webhooks and runs</Link>
            )}
          </p>
        </details>
      </div>
    </article>
  );
}
