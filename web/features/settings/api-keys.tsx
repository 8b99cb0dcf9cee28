/** Settings, API keys: what they are for, which there are, and revoking them. */
import { useState } from 'react';
import type { ApiKey } from '#shared/protocol/security.ts';
import { amend, apiKeysQuery, renew, useFresh } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useUser } from '#web/app/signed-in.ts';
import { KeyIcon } from '#web/ui/account-icons.tsx';
import { PlusIcon } from '#web/ui/icons.tsx';
import { fullTime } from '#web/ui/time.ts';
import { toast } from '#web/ui/toast.ts';
import { useNow } from '#web/ui/use-now.ts';
import { AskDialog } from './ask-dialog.tsx';
import { NewApiKey } from './new-api-key.tsx';
import { scopesInWords } from './scope-words.ts';
import { Loading } from './section.tsx';
import { agoWords, dateWords, isSoon, untilWords } from './when.ts';

function Expiry({ expiresAt, now, zone }: { expiresAt: string | null; now: number; zone: string }) {
  if (expiresAt === null) return <>Works until it is revoked</>;
  const left = untilWords(expiresAt, now);
  if (left === 'over') return <span className="danger">Expired</span>;
  return (
    <span className={isSoon(expiresAt, now) ? 'waiting' : undefined} title={fullTime(expiresAt, zone)}>
      {isSoon(expiresAt, now) ? 'Expires soon, ' : 'Expires '}
      {left}
    </span>
  );
}

function Revoke({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const action = useAction();
  const revoke = async () => {
    const done = await action.run(() => confirming.call('revokeApiKey', { params: { apiKeyId: apiKey.id } }));
    if (!done) return;
    amend(apiKeysQuery, (known) => ({ ...known, items: known.items.filter(({ id }) => id !== apiKey.id) }));
    toast({ text: `“${apiKey.name}” no longer works.` });
    onClose();
    await renew(apiKeysQuery);
  };
  return (
    <AskDialog
      title={`Revoke “${apiKey.name}”`}
      keep="Keep it"
      verb="Revoke"
      action={action}
      onVerb={() => void revoke()}
      onClose={onClose}
    >
      <p>Whatever uses it is refused from this moment on. A revoked key cannot be brought back.</p>
    </AskDialog>
  );
}

function Key({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const now = useNow();
  const { timezone } = useUser();
  const { name, hint, scopes, createdAt, lastUsedAt, expiresAt } = apiKey;
  return (
    <li>
      <KeyIcon />
      <div>
        <b>{name}</b>
        <code className="hint">{hint}</code>
        <p className="muted">
          {scopesInWords(scopes)} · <Expiry expiresAt={expiresAt} now={now} zone={timezone} />
        </p>
        <p className="muted">
          Made {dateWords(createdAt, timezone, now)} ·{' '}
          {lastUsedAt ? `used ${agoWords(lastUsedAt, timezone, now)}` : 'never used'}
        </p>
      </div>
      <div className="verbs">
        <button type="button" aria-label={`Revoke ${name}`} onClick={onRevoke}>
          Revoke
        </button>
      </div>
    </li>
  );
}

export function ApiKeysSection() {
  const { data, error, refetch } = useFresh(apiKeysQuery);
  const [open, setOpen] = useState<'new' | ApiKey | null>(null);
  const close = () => setOpen(null);
  const newKey = (
    <button type="button" className="primary" onClick={() => setOpen('new')}>
      <PlusIcon />
      New key
    </button>
  );
  return (
    <>
      <p className="muted intro">
        A key lets a program of yours talk to this app in your name, without your password: a script, another
        service, the command line. Each can do only what you tick. <a href="/api/docs">How to call the app</a>
      </p>
      {!data ? (
        <Loading error={error} refetch={refetch} label="API keys" />
      ) : data.items.length === 0 ? (
        <div className="blank">
          <p>
            <b>No keys yet</b>
          </p>
          <p className="muted">
            Make one for each place that needs it, so that you can revoke one without touching the others.
          </p>
          {newKey}
        </div>
      ) : (
        <section aria-label="Your keys">
          <ul className="items">
            {data.items.map((apiKey) => (
              <Key key={apiKey.id} apiKey={apiKey} onRevoke={() => setOpen(apiKey)} />
            ))}
          </ul>
          {newKey}
        </section>
      )}
      {open === 'new' && <NewApiKey onClose={close} />}
      {open !== null && open !== 'new' && <Revoke apiKey={open} onClose={close} />}
    </>
  );
}
