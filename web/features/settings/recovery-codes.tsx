/** Recovery codes, shown once: they leave this dialog only by being saved, and nothing of them stays in the page. */
import { useState } from 'react';
import { DownloadIcon } from '#web/ui/account-icons.tsx';
import { CopyTextButton } from '#web/ui/copy-text-button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import '#web/ui/fields.css';

/** The file that is downloaded: the codes, and enough words to know later what they are. */
const fileOf = (codes: readonly string[], email: string) =>
  [
    `Recovery codes for ${email} at ${location.host}`,
    'Each works once, in place of the passkey.',
    '',
    ...codes,
    '',
  ].join('\n');

interface RecoveryCodesProps {
  codes: readonly string[];
  email: string;
  onClose: () => void;
}

export function RecoveryCodes({ codes, email, onClose }: RecoveryCodesProps) {
  const [saved, setSaved] = useState(false);
  const download = () => {
    const address = URL.createObjectURL(new Blob([fileOf(codes, email)], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <Dialog title="Save your recovery codes" firm onClose={onClose}>
      <p>
        Each of them signs you in once when no passkey is at hand. They are shown only now. Keep them where
        you keep other important things, not on this device alone.
      </p>
      <ol className="codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="verbs">
        <CopyTextButton text={codes.join('\n')} label="Copy the codes" />
        <button type="button" onClick={download}>
          <DownloadIcon />
          Download
        </button>
      </div>
      <label className="check">
        <input type="checkbox" checked={saved} onChange={(event) => setSaved(event.target.checked)} />
        <span>I have saved them</span>
      </label>
      <div className="actions">
        <button type="button" className="primary" disabled={!saved} onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}
