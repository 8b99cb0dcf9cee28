/** Settings, what Claude did: every call that changed something or was asked for, who let it run, how it ended. */
import { useState } from 'react';
import type { EffectLine } from '#shared/protocol/connection.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { effectsOf } from '#web/data/tools.ts';
import { usePaged } from '#web/data/use-paged.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useTitles } from '#web/data/use-titles.ts';
import { More } from '#web/features/settings/more.tsx';
import { Loading } from '#web/features/settings/section.tsx';
import { Link } from '#web/ui/link.tsx';
import { dayWords, fullTime, timeOfDay } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { ConversationFilter } from './conversation-filter.tsx';
import { outcomeWords, whoWords } from './effect-words.ts';
import './effects.css';

function Line({ line, zone }: { line: EffectLine; zone: string }) {
  const { word, tone } = outcomeWords(line);
  return (
    <tr>
      <td>
        <time dateTime={line.at} title={fullTime(line.at, zone)}>
          {timeOfDay(line.at, zone)}
        </time>
      </td>
      <td>
        <b>{line.title}</b>
        {line.connection && <span className="muted"> · {line.connection}</span>}
        {line.summary && <p className="summary">{line.summary}</p>}
        <p className="muted">
          <Link href={conversationPath(line.conversationId)}>
            {line.conversationTitle ?? 'A conversation without a title'}
          </Link>
        </p>
      </td>
      <td>
        <span className="status" data-tone={tone}>
          <i aria-hidden="true" />
          {word}
        </span>
        <p className="muted">{whoWords(line)}</p>
      </td>
    </tr>
  );
}

/** Lines under their day, as the reader's own calendar has it. */
function byDay(lines: readonly EffectLine[], zone: string, now: number): Array<[string, EffectLine[]]> {
  const days = new Map<string, EffectLine[]>();
  for (const line of lines) {
    const day = dayWords(line.at, zone, now);
    days.set(day, [...(days.get(day) ?? []), line]);
  }
  return [...days];
}

function Table({ conversationId }: { conversationId: string | null }) {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch, more, showMore } = usePaged(effectsOf(conversationId));
  return (
    <>
      {!data ? (
        <Loading error={error} refetch={refetch} label="list" />
      ) : data.items.length === 0 ? (
        <div className="blank">
          <p>
            <b>
              {conversationId === null ? 'Nothing was done yet' : 'Nothing was done in this conversation'}
            </b>
          </p>
          <p className="muted">
            What Claude changes, sends or deletes with a tool stands here, and what it asked to do. What only
            looked is in its conversation.
          </p>
        </div>
      ) : (
        <table className="effects">
          <thead className="unseen">
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">How it ended, and who let it run</th>
            </tr>
          </thead>
          {byDay(data.items, timezone, now).map(([day, lines]) => (
            <tbody key={day}>
              <tr>
                <th scope="rowgroup" colSpan={3}>
                  {day}
                </th>
              </tr>
              {lines.map((line) => (
                <Line key={line.callId} line={line} zone={timezone} />
              ))}
            </tbody>
          ))}
        </table>
      )}
      <More action={more} onMore={showMore} />
    </>
  );
}

export function EffectsSection() {
  const [conversationId, choose] = useState<string | null>(null);
  const all = useQuery(effectsOf(null).query, false).data?.items ?? [];
  // The list names conversations that may be older than all that is loaded, or archived.
  const named = all.map((line) => [line.conversationId, line.conversationTitle] as const);
  const titles = new Map(named.flatMap(([id, title]) => (title === null ? [] : [[id, title] as const])));
  for (const [id, title] of useTitles()) titles.set(id, title);
  return (
    <>
      <p className="muted intro">
        Every call that changed, sent or deleted something, or asked to: who let it run, and how it ended.
        Kept for 90 days.
      </p>
      <ConversationFilter value={conversationId} titles={titles} onChange={choose} />
      <Table key={conversationId} conversationId={conversationId} />
    </>
  );
}
