/** Makes or changes a webhook. */
import { type FormEvent, useId, useState } from 'react';
import type { ReplyOf } from '#shared/client/client.ts';
import type { Webhook } from '#shared/protocol/webhook.ts';
import { useActs } from '#web/data/acts.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { webhooksQuery, work } from '#web/data/work.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { tidied } from './conditions.tsx';
import { type HookDraft, WebhookFields } from './webhook-fields.tsx';
import { isTheirSecret } from './work-words.ts';

interface Props {
  conversationId: string;
  webhook: Webhook | null;
  onMade: (made: ReplyOf<'createWebhook'>) => void;
  onClose: () => void;
}

const draftOf = (webhook: Webhook | null): HookDraft => ({
  name: webhook?.name ?? '',
  scheme: webhook?.scheme ?? 'github',
  instruction: webhook?.instruction ?? '',
  whileBusy: webhook?.whileBusy ?? 'merge',
  conditions: webhook?.filter ?? [],
});

export function WebhookForm({ conversationId, webhook, onMade, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const [secret, setSecret] = useState('');
  const action = useAction();
  const acts = useActs();
  const secretId = useId();
  const { scheme, whileBusy } = draft;
  const [name, instruction] = [draft.name.trim(), draft.instruction.trim()];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const shared = { name, instruction, whileBusy, filter: tidied(draft.conditions) };
    void action.run(async () => {
      if (webhook === null) {
        const isGiven = isTheirSecret(scheme) && secret.trim() !== '';
        const body = { ...shared, scheme, ...(isGiven ? { secret: secret.trim() } : {}) };
        const made = await acts(JSON.stringify(body), (key) =>
          work.call('createWebhook', { params: { conversationId }, body, key }),
        );
        // Made by a try long ago whose answer was lost: it stands in the list, and takes a new secret there.
        if (made.secret !== null || made.webhook.secretPending) onMade(made);
      } else {
        const params = { conversationId, webhookId: webhook.id };
        await work.call('updateWebhook', { params, body: shared });
      }
      await renew(webhooksQuery(conversationId));
      onClose();
    });
  };
  return (
    <Dialog
      title={webhook === null ? 'New webhook' : 'Change the webhook'}
      className="wide work-dialog"
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <WebhookFields
          draft={draft}
          change={(part) => setDraft({ ...draft, ...part })}
          isNew={webhook === null}
        >
          {isTheirSecret(scheme) && (
            <>
              <label htmlFor={secretId}>Signing secret</label>
              <input
                id={secretId}
                type="password"
                autoComplete="off"
                minLength={16}
                placeholder="Or enter it later, when you have it"
                value={secret}
                onChange={({ target }) => setSecret(target.value)}
              />
            </>
          )}
        </WebhookFields>
        <Fault text={action.fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy || !name || !instruction}>
            {action.busy ? 'One moment' : webhook === null ? 'Make it' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
