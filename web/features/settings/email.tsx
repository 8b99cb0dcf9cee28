/** The address of the account: whether it is confirmed, and the way to another one, which is yours once its link is followed. */
import { type FormEvent, useId, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import { sendVerification, useMeOnReturn, waysQuery } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useUser } from '#web/app/signed-in.ts';
import { CheckIcon } from '#web/ui/icons.tsx';
import { createStore, useStore } from '#web/ui/store.ts';
import { Fault, Section } from './section.tsx';

/** The address that was asked for in this tab and waits for its link to be followed; the server does not list it. */
const asked = createStore<{ userId: string; email: string } | null>(null);

function NotConfirmed({ email }: { email: string }) {
  const { busy, fault, run } = useAction();
  const [sent, setSent] = useState(false);
  const send = () =>
    void run(async () => {
      if (await sendVerification()) setSent(true);
    });
  return (
    <div className="note" data-tone="waiting">
      <p>
        {sent ? (
          <span role="status">
            A new link is on its way to <b>{email}</b>. It works for two days.
          </span>
        ) : (
          'Confirm your address, so that you can get back in when the password is lost. A link was sent to it.'
        )}
      </p>
      <Fault text={fault} />
      {!sent && (
        <button type="button" disabled={busy} onClick={send}>
          Send the link again
        </button>
      )}
    </div>
  );
}

function ChangeEmail({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('');
  const user = useUser();
  const field = useId();
  const problem = useId();
  const { busy, fault, run, setFault } = useAction((error) => {
    if (codeOf(error) === 'bad_request') return 'This is not an email address.';
    if (codeOf(error) === 'email_taken') return 'There is already an account with this address.';
    return null;
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = email.trim();
    if (next.toLowerCase() === user.email) {
      setFault('This is the address that you have.');
      return;
    }
    void run(async () => {
      await confirming.call('changeEmail', { body: { email: next } });
      asked.set({ userId: user.id, email: next.toLowerCase() });
      onClose();
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <label htmlFor={field}>New email</label>
      <input
        id={field}
        type="email"
        autoFocus
        autoComplete="email"
        autoCapitalize="none"
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        {...(fault ? { 'aria-invalid': true, 'aria-describedby': problem } : {})}
      />
      {fault && (
        <p id={problem} className="danger" role="alert">
          {fault}
        </p>
      )}
      <p className="muted">We send a link to it. Your address stays as it is until you follow that link.</p>
      <div className="actions">
        <button type="submit" className="primary" disabled={busy || !email.trim()}>
          Send the link
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

export function EmailSection() {
  const user = useUser();
  const { data: ways } = useQuery(waysQuery);
  useMeOnReturn();
  const [changing, setChanging] = useState(false);
  const last = useStore(asked);
  // Once the link was followed, in whatever tab, it is the address.
  const pending = last?.userId === user.id && last.email !== user.email ? last : null;
  const mail = ways?.mail !== false;
  return (
    <Section title="Email">
      <p className="address">
        <span>{user.email}</span>
        {user.emailVerified && (
          <span className="tag" data-tone="ok">
            <CheckIcon />
            Confirmed
          </span>
        )}
      </p>
      {!mail && (
        <p className="muted">This server is not set up to send mail, so it cannot be confirmed or changed.</p>
      )}
      {mail && !user.emailVerified && <NotConfirmed email={user.email} />}
      {pending && (
        <div className="note" data-tone="waiting">
          <p role="status">
            <b>{pending.email}</b> waits to be confirmed: follow the link that we have sent there. Until then,{' '}
            {user.email} stays your address.
          </p>
          <button
            type="button"
            className="link"
            onClick={() => {
              asked.set(null);
              setChanging(true);
            }}
          >
            Use another address
          </button>
        </div>
      )}
      {changing ? (
        <ChangeEmail onClose={() => setChanging(false)} />
      ) : (
        mail &&
        !pending && (
          <button type="button" onClick={() => setChanging(true)}>
            Change email
          </button>
        )
      )}
    </Section>
  );
}
