/** Settings, your data: taking everything along, and deleting everything. */
import { useState } from 'react';
import { client } from '#web/data/app.ts';
import { useAction } from '#web/data/use-action.ts';
import { DownloadIcon } from '#web/ui/account-icons.tsx';
import { announce } from '#web/ui/announcer.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { Fault, Section } from './section.tsx';

/** Lets the browser load it as a file: an archive may be larger than what a page can hold. */
function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

function Export() {
  const { busy, fault, run } = useAction();
  const [begun, setBegun] = useState(false);
  const begin = () =>
    void run(async () => {
      const { ticket } = await client.call('userTicket');
      download(`/api/export?ticket=${encodeURIComponent(ticket)}`);
      setBegun(true);
      announce('The download has begun');
    });
  return (
    <Section
      title="Export everything"
      lead="One ZIP archive with all that is yours: profile, conversations with every message, activity, and what is known of your devices and keys. Secrets are not in it."
    >
      <Fault text={fault} />
      <button type="button" disabled={busy} onClick={begin}>
        <DownloadIcon />
        {busy ? 'One moment' : 'Download the archive'}
      </button>
      {begun && <p className="muted">The download has begun. Your browser shows how far it is.</p>}
    </Section>
  );
}

export function DataSection() {
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Export />
      <Section
        title="Delete the account"
        lead="Everything goes, at once and for good. You may want to export it first."
      >
        <button type="button" className="warn" onClick={() => setDeleting(true)}>
          Delete the account
        </button>
      </Section>
      {deleting && <DeleteAccount onClose={() => setDeleting(false)} />}
    </>
  );
}
