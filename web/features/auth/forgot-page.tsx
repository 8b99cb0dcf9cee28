/** Asking for a link to choose a new password. The answer never says whether there is an account. */
import { type FormEvent, useId, useState } from 'react';
import { account } from '#web/data/account.ts';
import { useQuery } from '#web/data/use-query.ts';
import { waysQuery } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { Link } from '#web/ui/link.tsx';
import { useTypedEmail } from './arrival.ts';
import { Frame } from './frame.tsx';

const back = (
  <p>
    <Link href="/sign-in">Back to signing in</Link>
  </p>
);

export function ForgotPage() {
  const [email, setEmail] = useTypedEmail();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { data: ways } = useQuery(waysQuery);
  const { busy, fault, run } = useAction((error) =>
    codeOf(error) === 'bad_request' ? 'This is not an email address.' : null,
  );
  const field = useId();
  const problem = useId();

  const send = (event: FormEvent) => {
    event.preventDefault();
    const to = email.trim();
    void run(async () => {
      await account.call('requestReset', { body: { email: to } });
      setSentTo(to);
    });
  };

  if (ways?.mail === false) {
    return (
      <Frame
        title="Choose a new password"
        lead="This server is not set up to send mail, so it cannot send you a link. Whoever runs it can help."
      >
        {back}
      </Frame>
    );
  }
  if (sentTo !== null) {
    return (
      <Frame title="Look into your mail">
        <p className="lead" role="status">
          If there is an account for <b>{sentTo}</b>, a link to choose a new password is on its way. It works
          once, for half an hour.
        </p>
        <p className="muted">
          Nothing there after a few minutes? Look among the unwanted mail, or{' '}
          <button type="button" className="link" onClick={() => setSentTo(null)}>
            try another address
          </button>
          .
        </p>
        {back}
      </Frame>
    );
  }
  return (
    <Frame
      title="Choose a new password"
      lead="Tell us the address of your account, and we send a link to it."
    >
      <form onSubmit={send} noValidate>
        <label htmlFor={field}>Email</label>
        <input
          id={field}
          type="email"
          required
          autoFocus
          autoComplete="username"
          autoCapitalize="none"
          value={email}
          maxLength={254}
          onChange={(event) => setEmail(event.target.value)}
          {...(fault ? { 'aria-invalid': true, 'aria-describedby': problem } : {})}
        />
        {fault && (
          <p id={problem} className="danger" role="alert">
            {fault}
          </p>
        )}
        <button type="submit" className="primary" disabled={busy || !email.trim()}>
          {busy ? 'One moment' : 'Send the link'}
        </button>
      </form>
      {back}
    </Frame>
  );
}
