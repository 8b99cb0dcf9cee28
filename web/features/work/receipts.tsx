/** Why a schedule did or did not run: the receipt of each due time, all of them or those of a day. */
import { useId, useState } from 'react';
import { instant } from '#shared/core/schedule/instant.ts';
import { localDay } from '#shared/core/schedule/local-days.ts';
import { instantOf } from '#shared/core/schedule/wall-clock.ts';
import { runPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { useLivePaged } from '#web/data/use-paged.ts';
import { useQuery } from '#web/data/use-query.ts';
import { receiptsOf } from '#web/data/work.ts';
import { More } from '#web/features/settings/more.tsx';
import { Loading } from '#web/features/settings/section.tsx';
import { Link } from '#web/ui/link.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { receiptSaid, whenWords } from './work-words.ts';

/** A day of the person's own calendar, as `from` and `to`; all time for none. */
function timeOf(day: string, zone: string): { from?: string; to?: string } {
  const wall = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(wall)) return {};
  const { from, to } = localDay(zone, instantOf(zone, wall));
  return { from: instant(from), to: instant(to) };
}

export function Receipts({ conversationId, scheduleId }: { conversationId: string; scheduleId: string }) {
  const [day, setDay] = useState('');
  const { timezone } = useUser();
  const id = useId();
  return (
    <>
      <div className="which-day">
        <label htmlFor={id}>Due times of</label>
        <input id={id} type="date" value={day} onChange={({ target }) => setDay(target.value)} />
        {day !== '' && (
          <button type="button" onClick={() => setDay('')}>
            Show all
          </button>
        )}
      </div>
      <Lines key={day} of={[conversationId, scheduleId]} time={timeOf(day, timezone)} />
    </>
  );
}

/** Why there is no due time at all. */
function nothingWords({
  keptFrom,
  keptUntil,
}: {
  keptFrom?: string | undefined;
  keptUntil?: string | undefined;
}) {
  if (keptUntil !== undefined) return 'No due time came before it was removed.';
  return keptFrom === undefined ? 'No due time has come yet.' : 'Nothing is kept of it any more.';
}

function Lines({ of, time }: { of: [string, string]; time: { from?: string; to?: string } }) {
  const [conversationId, scheduleId] = of;
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch, more, showMore } = useLivePaged(
    receiptsOf(conversationId, scheduleId, time),
    useQuery(conversationQuery(conversationId)).data?.rev,
    ({ dueAt }) => dueAt,
  );
  if (!data) return <Loading error={error} refetch={refetch} label="due times" />;
  const { items, keptFrom, keptUntil } = data;
  const isDay = time.from !== undefined;
  return (
    <>
      {items.length === 0 ? (
        <p className="muted" role="status">
          {isDay ? 'Nothing came due on this day.' : nothingWords(data)}
        </p>
      ) : (
        <ul className="lines">
          {items.map((receipt) => {
            const { tone, word, why } = receiptSaid(receipt);
            return (
              <li key={receipt.dueAt}>
                <time dateTime={receipt.dueAt} title={fullTime(receipt.dueAt, timezone)}>
                  {whenWords(receipt.dueAt, timezone, now)}
                </time>
                <span className="status" data-tone={tone}>
                  <i aria-hidden="true" />
                  {word}
                </span>
                <span className="muted">
                  {why}
                  {receipt.runId !== null && (
                    <>
                      {' · '}
                      <Link href={runPath(conversationId, receipt.runId)}>its run</Link>
                    </>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <More action={more} onMore={showMore} />
      {keptFrom !== undefined && showMore === null && (time.from ?? '') < keptFrom && (
        <p className="muted">
          Kept from {fullTime(keptFrom, timezone)} on: what came due before was cleared away.
        </p>
      )}
      {keptUntil !== undefined && showMore === null && (
        <p className="muted">Kept until {fullTime(keptUntil, timezone)}, since its schedule was removed.</p>
      )}
    </>
  );
}
