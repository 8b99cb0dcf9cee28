/** Address and secret of a webhook: shown once, to be entered where the deliveries come from. */
import { useState } from 'react';
import type { ReplyOf } from '#shared/client/client.ts';
import { Copyable } from '#web/ui/copyable.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { SecretEntry } from './secret-entry.tsx';
import { schemeWords } from './work-words.ts';

/** The other side makes the secret, some only after they have the address: it is asked for beside it. */
function AddressDialog({ made: { webhook, url }, onClose }: Parameters<typeof SecretDialog>[0]) {
  const [entering, enter] = useState(false);
  if (entering) return <SecretEntry webhook={webhook} onClose={onClose} />;
  return (
    <Dialog title="One thing is missing" className="wide" onClose={onClose}>
      <p>
        “{webhook.name}” takes nothing in before its signing secret is here.{' '}
        {schemeWords[webhook.scheme].line}
      </p>
      <p className="muted">Address</p>
      <Copyable name="Address" text={url} verb="Copy the address" />
      <div className="actions">
        <button type="button" onClick={onClose}>
          Later
        </button>
        <button type="button" className="primary" onClick={() => enter(true)}>
          Enter the secret
        </button>
      </div>
    </Dialog>
  );
}

export function SecretDialog({ made, onClose }: { made: ReplyOf<'createWebhook'>; onClose: () => void }) {
  const { webhook, url, secret } = made;
  const own = webhook.scheme !== 'url';
  if (secret === null) return <AddressDialog made={made} onClose={onClose} />;
  return (
    <Dialog title="Copy this now" firm className="wide" onClose={onClose}>
      <p>
        {own
          ? `The secret of “${webhook.name}” is shown only now. ${schemeWords[webhook.scheme].line}`
          : `The address of “${webhook.name}” is its secret, and shown only now. Whoever knows it can send.`}
      </p>
      <p className="muted">Address</p>
      <Copyable name="Address" text={url} verb="Copy the address" />
      {own && (
        <>
          <p className="muted">Secret</p>
          <Copyable name="Secret" text={secret} verb="Copy the secret" />
        </>
      )}
      <div className="actions">
        <button type="button" className="primary" onClick={onClose}>
          I have copied it
        </button>
      </div>
    </Dialog>
  );
}
