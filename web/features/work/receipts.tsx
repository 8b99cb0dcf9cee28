/** Why a schedule did or did not run: the receipt of each due time. */
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

export function Receipts({ conversationId, scheduleId }: { conversationId: string; scheduleId: string }) {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch, more, showMore } = useLivePaged(
    receiptsOf(conversationId, scheduleId),
    useQuery(conversationQuery(conversationId)).data?.rev,
    ({ dueAt }) => dueAt,
  );
  if (!data) return <Loading error={error} refetch={refetch} label="due times" />;
  if (data.items.length === 0) return <p className="muted">No due time has come yet.</p>;
  return (
    <>
      <ul className="lines">
        {data.items.map((receipt) => {
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
      <More action={more} onMore={showMore} />
    </>
  );
}
