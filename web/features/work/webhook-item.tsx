/** One webhook: where it is sent to, what it does, how it stands, and what can be done with it. */
import { useState } from 'react';
import type { ReplyOf } from '#shared/client/client.ts';
import type { Webhook } from '#shared/protocol/webhook.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useActs } from '#web/data/acts.ts';
import { amend, renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { deliveriesOf, webhooksQuery, work } from '#web/data/work.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { Fault } from '#web/features/settings/section.tsx';
import { CopyTextButton } from '#web/ui/copy-text-button.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { Deliveries } from './deliveries.tsx';
import { HourLimit } from './hour-limit.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretEntry } from './secret-entry.tsx';
import { TestSaid } from './test-said.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { isTheirSecret, schemeWords, webhookSaid, whenWords } from './work-words.ts';

export function WebhookItem({ webhook }: { webhook: Webhook }) {
  const { id, conversationId, name, scheme, url, instruction, status, secretPending } = webhook;
  const { timezone } = useUser();
  const now = useNow();
  const [open, setOpen] = useState<'edit' | 'delete' | 'rotate' | 'enter' | null>(null);
  const [made, setMade] = useState<ReplyOf<'rotateWebhook'> | null>(null);
  const [tested, setTested] = useState<string | null>(null);
  const [log, showLog] = useState(false);
  const action = useAction();
  const acts = useActs();
  const query = webhooksQuery(conversationId);
  const params = { conversationId, webhookId: id };
  const pause = (stop: boolean) =>
    void action.run(async () => {
      const changed = await work.call('updateWebhook', { params, body: { paused: stop } });
      amend(query, ({ items }) => ({
        items: items.map((each) => (each.id === id ? changed.webhook : each)),
      }));
    });
  const test = () =>
    void action.run(async () => {
      setTested(null);
      const { deliveryId } = await acts('test', (key) => work.call('testWebhook', { params, key }));
      setTested(deliveryId);
      await Promise.all([renew(query), renew(deliveriesOf(conversationId, id).query)]);
    });
  const show = (name: 'showWebhookSecret' | 'rotateWebhook') =>
    void action.run(async () => {
      const shown = await acts(name, (key) =>
        name === 'rotateWebhook'
          ? work.call(name, { params, body: {}, key })
          : work.call(name, { params, key }),
      );
      setOpen(null);
      setMade(shown);
      await renew(query);
    });
  const endOld = () =>
    void action.run(async () => {
      const { webhook: next } = await work.call('endOldSecret', { params });
      amend(query, ({ items }) => ({ items: items.map((each) => (each.id === id ? next : each)) }));
    });
  const remove = () =>
    void action.run(async () => {
      await work.call('removeWebhook', { params });
      setOpen(null);
      amend(query, ({ items }) => ({ items: items.filter((each) => each.id !== id) }));
    });
  const { tone, word } = webhookSaid(webhook);
  const { deliveries, lastDeliveryAt, refused, refusedAt, waiting } = webhook;
  const came =
    lastDeliveryAt === null
      ? 'Nothing has arrived yet'
      : `${deliveries} ${deliveries === 1 ? 'delivery' : 'deliveries'}, last ${whenWords(lastDeliveryAt, timezone, now)}`;
  return (
    <li>
      <div>
        <p className="named">
          <b>{name}</b>{' '}
          <span className="status" data-tone={tone}>
            <i aria-hidden="true" />
            {word}
          </span>
        </p>
        <p>
          {schemeWords[scheme].label}
          {webhook.filter !== null && (
            <span className="muted">
              {' '}
              · {webhook.filter.length} {webhook.filter.length === 1 ? 'condition' : 'conditions'}
            </span>
          )}
        </p>
        <p className="muted plain">{instruction}</p>
        <p className="muted">
          {came}
          {waiting > 0 && ` · ${waiting} waiting`}
          {refused > 0 && refusedAt !== null && (
            <span className="danger">
              {' '}
              · {refused} refused for a wrong signature, last {whenWords(refusedAt, timezone, now)}
            </span>
          )}
        </p>
        {secretPending && (
          <p className="waiting">
            It takes nothing in before its secret{' '}
            {isTheirSecret(scheme) ? 'is entered here' : 'was taken from here'}.
          </p>
        )}
        <HourLimit webhook={webhook} zone={timezone} now={now} />
        {webhook.previousUntil !== null && (
          <p className="muted">
            The old secret is good until {whenWords(webhook.previousUntil, timezone, now)}.{' '}
            <button type="button" className="link" disabled={action.busy} onClick={endOld}>
              End it now
            </button>
          </p>
        )}
        <p className="address-line">
          <code>{scheme === 'url' ? `${url}/…` : url}</code>
        </p>
      </div>
      <div className="verbs">
        {secretPending && isTheirSecret(scheme) ? (
          <button type="button" className="primary" onClick={() => setOpen('enter')}>
            Enter its signing secret…
          </button>
        ) : secretPending ? (
          <button
            type="button"
            className="primary"
            disabled={action.busy}
            onClick={() => show('showWebhookSecret')}
          >
            Show its secret
          </button>
        ) : (
          <button type="button" disabled={action.busy} onClick={test}>
            Send a test
          </button>
        )}
        {scheme !== 'url' && <CopyTextButton text={url} label="Copy address" />}
        <button type="button" disabled={action.busy} onClick={() => pause(status === 'live')}>
          {status === 'live' ? 'Pause' : 'Resume'}
        </button>
        <button type="button" onClick={() => setOpen('edit')}>
          Change
        </button>
        {!secretPending && (
          <button type="button" onClick={() => setOpen(isTheirSecret(scheme) ? 'enter' : 'rotate')}>
            New secret…
          </button>
        )}
        <button type="button" onClick={() => setOpen('delete')}>
          Delete…
        </button>
      </div>
      <Fault text={open === null ? action.fault : null} />
      {tested !== null && <TestSaid webhook={webhook} deliveryId={tested} />}
      <details onToggle={(event) => showLog(event.currentTarget.open)}>
        <summary>What arrived</summary>
        {log && <Deliveries webhook={webhook} />}
      </details>
      {open === 'edit' && (
        <WebhookForm
          conversationId={conversationId}
          webhook={webhook}
          onMade={setMade}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'enter' && <SecretEntry webhook={webhook} onClose={() => setOpen(null)} />}
      {open === 'rotate' && (
        <AskDialog
          title={`A new secret for “${name}”?`}
          keep="Keep this one"
          verb="Make a new secret"
          action={action}
          onVerb={() => show('rotateWebhook')}
          onClose={() => setOpen(null)}
        >
          <p>
            For a day the one in use is good, too, so that you can change it on the other side without losing
            anything.
          </p>
        </AskDialog>
      )}
      {open === 'delete' && (
        <AskDialog
          title={`Delete “${name}”?`}
          keep="Keep it"
          verb="Delete this webhook"
          action={action}
          onVerb={remove}
          onClose={() => setOpen(null)}
        >
          <p>Its address never works again, and what arrived at it is deleted. Its runs stay.</p>
        </AskDialog>
      )}
      {made !== null && <SecretDialog made={made} onClose={() => setMade(null)} />}
    </li>
  );
}
