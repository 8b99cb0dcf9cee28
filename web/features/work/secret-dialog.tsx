/** Address and secret of a webhook: shown once, to be entered where the deliveries come from. */
import type { ReplyOf } from '#shared/client/client.ts';
import { CopyTextButton } from '#web/ui/copy-text-button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { schemeWords } from './work-words.ts';

export function SecretDialog({ made, onClose }: { made: ReplyOf<'createWebhook'>; onClose: () => void }) {
  const { webhook, url, secret } = made;
  const own = webhook.scheme !== 'url';
  return (
    <Dialog title="Copy this now" firm className="wide" onClose={onClose}>
      <p>
        {own
          ? `The secret of “${webhook.name}” is shown only now. ${schemeWords[webhook.scheme].line}`
          : `The address of “${webhook.name}” is its secret, and shown only now. Whoever knows it can send.`}
      </p>
      <p className="muted">Address</p>
      <code className="secret" aria-label="Address">
        {url}
      </code>
      <div className="verbs">
        <CopyTextButton text={url} label="Copy the address" />
      </div>
      {own && (
        <>
          <p className="muted">Secret</p>
          <code className="secret" aria-label="Secret">
            {secret}
          </code>
          <div className="verbs">
            <CopyTextButton text={secret} label="Copy the secret" />
          </div>
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
