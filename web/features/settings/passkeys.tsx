/** Passkeys: add, name, remove. */
import { type FormEvent, useId, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import type { Passkey } from '#shared/protocol/security.ts';
import { knowsPasskeys, createPasskey } from '#web/data/passkeys.ts';
import { amend, renew, securityQuery } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useUser } from '#web/app/signed-in.ts';
import { KeyIcon } from '#web/ui/account-icons.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { AskDialog } from './ask-dialog.tsx';
import { Fault, Section } from './section.tsx';
import { agoWords, dateWords } from './when.ts';

function Rename({ passkey, isNew, onClose }: { passkey: Passkey; isNew: boolean; onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const { busy, fault, run } = useAction();
  const field = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim();
    if (next === passkey.name) return onClose();
    const done = await run(async () => {
      const renamed = await confirming.call('renamePasskey', {
        params: { passkeyId: passkey.id },
        body: { name: next },
      });
      amend(securityQuery, (known) => ({
        ...known,
        passkeys: known.passkeys.map((one) => (one.id === passkey.id ? renamed.passkey : one)),
      }));
    });
    if (done) onClose();
    return undefined;
  };
  return (
    <Dialog title={isNew ? 'Passkey added' : 'Rename the passkey'} onClose={onClose}>
      {isNew && (
        <p className="muted">Give it a name by which you will know it, such as that of the device.</p>
      )}
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor={field}>Name</label>
        <input
          id={field}
          value={name}
          maxLength={100}
          autoFocus
          autoComplete="off"
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.target.value)}
        />
        <Fault text={fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            {isNew ? 'Keep this name' : 'Cancel'}
          </button>
          <button type="submit" className="primary" disabled={busy || !name.trim()}>
            {isNew ? 'Save' : 'Rename'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface RemoveProps {
  passkey: Passkey;
  /** The account asks for a passkey after the password. */
  secondFactor: boolean;
  onClose: () => void;
}

function Remove({ passkey, secondFactor, onClose }: RemoveProps) {
  const action = useAction((error) =>
    secondFactor && codeOf(error) === 'last_way_in'
      ? 'The second step needs this passkey. Turn it off first, or add another passkey.'
      : null,
  );
  const remove = async () => {
    const done = await action.run(() =>
      confirming.call('removePasskey', { params: { passkeyId: passkey.id } }),
    );
    if (!done) return;
    amend(securityQuery, (known) => ({
      ...known,
      passkeys: known.passkeys.filter(({ id }) => id !== passkey.id),
    }));
    onClose();
    await renew(securityQuery);
  };
  return (
    <AskDialog
      title={`Remove “${passkey.name}”`}
      keep="Keep it"
      verb="Remove"
      action={action}
      onVerb={() => void remove()}
      onClose={onClose}
    >
      <p>
        It will no longer sign you in here. Your device or password manager keeps its copy until you delete it
        there as well.
      </p>
    </AskDialog>
  );
}

interface PasskeysProps {
  passkeys: Passkey[];
  secondFactor: boolean;
}

export function PasskeysSection({ passkeys, secondFactor }: PasskeysProps) {
  const user = useUser();
  const now = useNow();
  const add = useAction();
  const [open, setOpen] = useState<{ what: 'name' | 'rename' | 'remove'; passkey: Passkey } | null>(null);
  const close = () => setOpen(null);

  const begin = () =>
    void add.run(async () => {
      const proof = await createPasskey(await confirming.call('newPasskeyOptions'));
      const { passkey } = await confirming.call('addPasskey', { body: proof });
      amend(securityQuery, (known) => ({ ...known, passkeys: [...known.passkeys, passkey] }));
      setOpen({ what: 'name', passkey });
    });
  return (
    <Section
      title="Passkeys"
      lead="Sign in with a fingerprint, a face or the lock of your device. Nothing to remember, and nothing that could be stolen from us."
    >
      {passkeys.length > 0 && (
        <ul className="items">
          {passkeys.map((passkey) => (
            <li key={passkey.id}>
              <KeyIcon />
              <div>
                <b>{passkey.name}</b>
                <p className="muted">
                  {passkey.synced
                    ? 'Synced: also on your other devices'
                    : 'On one device only: lost with the device'}
                </p>
                <p className="muted">
                  Added {dateWords(passkey.createdAt, user.timezone, now)} ·{' '}
                  {passkey.lastUsedAt
                    ? `used ${agoWords(passkey.lastUsedAt, user.timezone, now)}`
                    : 'never used'}
                </p>
              </div>
              <div className="verbs">
                <button
                  type="button"
                  aria-label={`Rename ${passkey.name}`}
                  onClick={() => setOpen({ what: 'rename', passkey })}
                >
                  Rename
                </button>
                <button
                  type="button"
                  aria-label={`Remove ${passkey.name}`}
                  onClick={() => setOpen({ what: 'remove', passkey })}
                >
                  Remove
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Fault text={add.fault} />
      {knowsPasskeys() ? (
        <button type="button" disabled={add.busy} onClick={begin}>
          {add.busy ? 'Waiting for your device' : 'Add a passkey'}
        </button>
      ) : (
        <p className="muted">This browser does not know passkeys.</p>
      )}
      {open?.what === 'remove' && (
        <Remove passkey={open.passkey} secondFactor={secondFactor} onClose={close} />
      )}
      {open && open.what !== 'remove' && (
        <Rename passkey={open.passkey} isNew={open.what === 'name'} onClose={close} />
      )}
    </Section>
  );
}
