/** What happened in one run, in order: every event with its time, and what it opens to. */
import type { Event } from '#shared/protocol/events.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { exactClock, fullTime } from '#web/ui/time.ts';
import { traceLine } from './trace-lines.ts';

function Line({ event, zone }: { event: Event; zone: string }) {
  const { words, tone, input, text } = traceLine(event);
  const said = (
    <span className={tone === null ? undefined : 'status'} data-tone={tone ?? undefined}>
      {tone !== null && <i aria-hidden="true" />}
      {words}
    </span>
  );
  return (
    <li>
      <time dateTime={event.at} title={fullTime(event.at, zone)}>
        {exactClock(event.at, zone)}
      </time>
      {input === undefined && text === undefined ? (
        said
      ) : (
        <details>
          <summary>{said}</summary>
          {input !== undefined && <Arguments input={input} />}
          {text !== undefined && (
            <pre className="payload" tabIndex={0} aria-label="The whole text">
              {text}
            </pre>
          )}
        </details>
      )}
    </li>
  );
}

export function Trace({ events, zone }: { events: ReadonlyArray<Event>; zone: string }) {
  return (
    <ol className="lines trace">
      {events.map((event) => (
        <Line key={event.seq} event={event} zone={zone} />
      ))}
    </ol>
  );
}
