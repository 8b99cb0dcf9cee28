/** Takes the signing secret that the other side made; for a day the one before it is good, too, unless it must not be. */
import { type FormEvent, useId, useState } from 'react';
import type { Webhook } from '#shared/protocol/webhook.ts';
import { useActs } from '#web/data/acts.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { webhooksQuery, work } from '#web/data/work.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { schemeWords } from './work-words.ts';
import '#web/ui/fields.css';

interface Props {
  webhook: Pick<Webhook, 'id' | 'conversationId' | 'name' | 'scheme' | 'secretPending'>;
  onClose: () => void;
}

export function SecretEntry({ webhook, onClose }: Props) {
  const { id: webhookId, conversationId, name, scheme, secretPending } = webhook;
  const [secret, setSecret] = useState('');
  const [overlap, setOverlap] = useState(true);
  const action = useAction();
  const acts = useActs();
  const field = useId();
  const { label, line } = schemeWords[scheme];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      const body = { secret: secret.trim(), overlap };
      const params = { conversationId, webhookId };
      await acts(JSON.stringify(body), (key) => work.call('rotateWebhook', { params, body, key }));
      await renew(webhooksQuery(conversationId));
      onClose();
    });
  };
  return (
    <Dialog title={`Signing secret of “${name}”`} className="work-dialog" onClose={onClose}>
      <form onSubmit={submit}>
        <p>{line} It is kept sealed, and not shown again.</p>
        <label htmlFor={field}>Signing secret of {label}</label>
        <input
          id={field}
          type="password"
          autoComplete="off"
          autoFocus
          required
          minLength={16}
          maxLength={200}
          value={secret}
          onChange={({ target }) => setSecret(target.value)}
        />
        {!secretPending && (
          <label className="check">
            <input type="checkbox" checked={overlap} onChange={({ target }) => setOverlap(target.checked)} />
            The old one stays good for a day
          </label>
        )}
        <Fault text={action.fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy || secret.trim().length < 16}>
            {action.busy ? 'One moment' : 'Save the secret'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
