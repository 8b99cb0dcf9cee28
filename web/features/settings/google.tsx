/** Sign-in with Google: linked or not. Whoever signs in with the Google account of the same address links it. */
import { useState } from 'react';
import type { Identity } from '#shared/protocol/security.ts';
import { amend, securityQuery, waysQuery } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useNow } from '#web/ui/use-now.ts';
import { GoogleLink } from '#web/features/google/google-link.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { Section } from './section.tsx';
import { dateWords } from './when.ts';

function Unlink({ identity, onClose }: { identity: Identity; onClose: () => void }) {
  const action = useAction();
  const unlink = async () => {
    const done = await action.run(() => confirming.call('unlinkGoogle'));
    if (!done) return;
    amend(securityQuery, (known) => ({
      ...known,
      identities: known.identities.filter(({ provider }) => provider !== 'google'),
    }));
    onClose();
  };
  return (
    <AskDialog
      title="Stop signing in with Google"
      keep="Keep it"
      verb="Unlink Google"
      action={action}
      onVerb={() => void unlink()}
      onClose={onClose}
    >
      <p>{identity.email} will no longer open this account. Your other ways in stay as they are.</p>
    </AskDialog>
  );
}

export function GoogleSection({ identity }: { identity: Identity | undefined }) {
  const user = useUser();
  const now = useNow();
  const { data: ways } = useQuery(waysQuery);
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  if (!identity && (!ways || ways.google === 'off')) return null;
  const name = ways?.google === 'stand-in' ? 'Google (stand-in)' : 'Google';
  if (!identity) {
    return (
      <Section
        title={name}
        lead={`Not linked. Sign in with the Google account of ${user.email} once, and it opens this account.`}
      >
        <GoogleLink returnTo={location.pathname} label="Sign in with Google" />
      </Section>
    );
  }
  return (
    <Section
      title={name}
      lead={`${identity.email} opens this account since ${dateWords(identity.linkedAt, user.timezone, now)}.`}
    >
      <button type="button" onClick={() => setOpen(true)}>
        Unlink Google
      </button>
      {open && <Unlink identity={identity} onClose={close} />}
    </Section>
  );
}
