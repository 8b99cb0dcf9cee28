/** Makes or changes a webhook. */
import { type FormEvent, useId, useState } from 'react';
import type { ReplyOf } from '#shared/client/client.ts';
import type { Webhook, WebhookCondition, WebhookScheme, WhileBusy } from '#shared/protocol/webhook.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { webhooksQuery, work } from '#web/data/work.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { Conditions } from './conditions.tsx';
import { schemeWords } from './work-words.ts';

const schemes = ['github', 'slack', 'stripe', 'standard', 'url'] as const;
const busy: ReadonlyArray<readonly [WhileBusy, string]> = [
  ['merge', 'Wait; all that came meanwhile share one run'],
  ['queue', 'Wait; each gets a run of its own'],
  ['ignore', 'Let it go'],
];
/** Their side makes the secret: here it is entered. */
const theirs: ReadonlySet<WebhookScheme> = new Set(['slack', 'stripe']);

interface Props {
  conversationId: string;
  webhook: Webhook | null;
  onMade: (made: ReplyOf<'createWebhook'>) => void;
  onClose: () => void;
}

export function WebhookForm({ conversationId, webhook, onMade, onClose }: Props) {
  const [name, setName] = useState(webhook?.name ?? '');
  const [scheme, setScheme] = useState<WebhookScheme>(webhook?.scheme ?? 'github');
  const [instruction, setInstruction] = useState(webhook?.instruction ?? '');
  const [whileBusy, setWhileBusy] = useState<WhileBusy>(webhook?.whileBusy ?? 'merge');
  const [conditions, setConditions] = useState<WebhookCondition[]>(webhook?.filter ?? []);
  const [secret, setSecret] = useState('');
  const action = useAction();
  const ids = { name: useId(), scheme: useId(), busy: useId(), does: useId(), secret: useId() };
  const filter = conditions.length === 0 ? null : conditions;
  const shared = { name: name.trim(), instruction: instruction.trim(), whileBusy, filter };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      if (webhook === null) {
        const given = secret.trim() === '' ? {} : { secret: secret.trim() };
        const made = await work.call('createWebhook', {
          params: { conversationId },
          body: { ...shared, scheme, ...given },
        });
        onMade(made);
      } else
        await work.call('updateWebhook', {
          params: { conversationId, webhookId: webhook.id },
          body: shared,
        });
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
        <label htmlFor={ids.name}>Name</label>
        <input
          id={ids.name}
          required
          maxLength={100}
          autoFocus
          autoComplete="off"
          placeholder="New issues"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        {webhook === null && (
          <>
            <label htmlFor={ids.scheme}>Comes from</label>
            <select
              id={ids.scheme}
              value={scheme}
              onChange={({ target }) => setScheme(schemes.find((each) => each === target.value) ?? 'github')}
            >
              {schemes.map((each) => (
                <option key={each} value={each}>
                  {schemeWords[each].label}
                </option>
              ))}
            </select>
            <p className="muted">{schemeWords[scheme].line}</p>
            {theirs.has(scheme) && (
              <>
                <label htmlFor={ids.secret}>Signing secret</label>
                <input
                  id={ids.secret}
                  type="password"
                  autoComplete="off"
                  minLength={16}
                  placeholder="You can enter it later, too"
                  value={secret}
                  onChange={({ target }) => setSecret(target.value)}
                />
              </>
            )}
          </>
        )}
        <label htmlFor={ids.does}>What Claude does with what arrives</label>
        <textarea
          id={ids.does}
          rows={3}
          required
          maxLength={4_000}
          placeholder="Sum up the issue. If it sounds urgent, draft an answer and show it to me."
          value={instruction}
          onChange={({ target }) => setInstruction(target.value)}
        />
        <Conditions conditions={conditions} onChange={setConditions} />
        <label htmlFor={ids.busy}>While Claude is at work here</label>
        <select
          id={ids.busy}
          value={whileBusy}
          onChange={({ target }) =>
            setWhileBusy(busy.find(([each]) => each === target.value)?.[0] ?? 'merge')
          }
        >
          {busy.map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
        <Fault text={action.fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="primary"
            disabled={action.busy || !name.trim() || !instruction.trim()}
          >
            {action.busy ? 'One moment' : webhook === null ? 'Make it' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
