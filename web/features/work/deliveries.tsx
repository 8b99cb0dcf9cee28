/** What arrived at a webhook, what became of it, and its text; each can be sent through once more. */
import { useState } from 'react';
import type { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import { useUser } from '#web/app/signed-in.ts';
import { type Acts, useActs } from '#web/data/acts.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { useLivePaged } from '#web/data/use-paged.ts';
import { useQuery } from '#web/data/use-query.ts';
import { deliveriesOf, deliveryQuery, work } from '#web/data/work.ts';
import { More } from '#web/features/settings/more.tsx';
import { Fault, Loading } from '#web/features/settings/section.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { deliverySaid, whenWords } from './work-words.ts';

interface BodyProps {
  conversationId: string;
  delivery: Delivery;
  /** Of the row: closing it forgets no act that had no answer. */
  acts: Acts;
}

function Body({ conversationId, delivery, acts }: BodyProps) {
  const { webhookId, id } = delivery;
  const { data, error, refetch } = useQuery(deliveryQuery(conversationId, webhookId, id));
  const action = useAction();
  if (!data) return <Loading error={error} refetch={refetch} label="delivery" />;
  const replay = () =>
    void action.run(async () => {
      const params = { conversationId, webhookId, deliveryId: id };
      await acts('replay', (key) => work.call('replayDelivery', { params, key }));
      await renew(deliveriesOf(conversationId, webhookId).query);
    });
  const { body, headers } = data.delivery;
  return (
    <>
      <pre className="payload" tabIndex={0} aria-label="What it held">
        {body ?? 'What it held is no longer kept.'}
      </pre>
      <dl className="told">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Fault text={action.fault} />
      {body !== null && (
        <button type="button" disabled={action.busy} onClick={replay}>
          {action.busy ? 'One moment' : 'Send it through once more'}
        </button>
      )}
    </>
  );
}

function Item({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const { timezone } = useUser();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const acts = useActs();
  const { tone, word } = deliverySaid(delivery, webhook);
  const until = delivery.waits?.until ?? null;
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={delivery.receivedAt} title={fullTime(delivery.receivedAt, timezone)}>
            {whenWords(delivery.receivedAt, timezone, now)}
          </time>
          <span className="status" data-tone={tone}>
            <i aria-hidden="true" />
            {word}
            {until !== null && `, until ${whenWords(until, timezone, now)}`}
            {delivery.test && ' (a test)'}
            {delivery.replayOf !== null && ' (once more)'}
          </span>
          <span className="muted preview">{delivery.preview}</span>
        </summary>
        {open && <Body conversationId={webhook.conversationId} delivery={delivery} acts={acts} />}
      </details>
    </li>
  );
}

export function Deliveries({ webhook }: { webhook: Webhook }) {
  const { conversationId, id: webhookId } = webhook;
  const { data, error, refetch, more, showMore } = useLivePaged(
    deliveriesOf(conversationId, webhookId),
    useQuery(conversationQuery(conversationId)).data?.rev,
    ({ id }) => id,
  );
  if (!data) return <Loading error={error} refetch={refetch} label="deliveries" />;
  if (data.items.length === 0)
    return <p className="muted">Nothing has arrived yet. “Send a test” sends something signed.</p>;
  return (
    <>
      <ul className="lines deliveries">
        {data.items.map((delivery) => (
          <Item key={delivery.id} webhook={webhook} delivery={delivery} />
        ))}
      </ul>
      <More action={more} onMore={showMore} />
    </>
  );
}
