/** What became of a test that was just sent, beside its button: the log of deliveries is closed, and nobody looks there. */
import type { Webhook } from '#shared/protocol/webhook.ts';
import { runPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useRenewed } from '#web/data/use-renewed.ts';
import { deliveryQuery } from '#web/data/work.ts';
import { Link } from '#web/ui/link.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { testWords, whenWords } from './work-words.ts';

export function TestSaid({ webhook, deliveryId }: { webhook: Webhook; deliveryId: string }) {
  const { conversationId, id } = webhook;
  const { timezone } = useUser();
  const now = useNow();
  const query = deliveryQuery(conversationId, id, deliveryId);
  // What waits begins later.
  useRenewed(query, useQuery(conversationQuery(conversationId)).data?.rev);
  const delivery = useQuery(query).data?.delivery;
  if (delivery === undefined) return null;
  const { runId, status, waits } = delivery;
  const until = waits?.until ?? null;
  return (
    <p className="muted" role="status">
      {testWords(delivery, webhook)}
      {until !== null && `, until ${whenWords(until, timezone, now)}`}.{' '}
      {status === 'accepted' && runId !== null && (
        <Link href={runPath(conversationId, runId)}>Look at the run</Link>
      )}
    </p>
  );
}
