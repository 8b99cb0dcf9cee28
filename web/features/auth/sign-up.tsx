/** Signing up: an address, a password, and the time zone that this device has. */
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { codeOf, ProblemError } from '#shared/client/problem-error.ts';
import { client } from '#web/data/app.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { Link } from '#web/ui/link.tsx';
import { MIN_PASSWORD, PasswordField } from '#web/ui/password-field.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { clockIn, ownZone } from '#web/ui/zones.ts';
import { enter, useTypedEmail } from './arrival.ts';
import { Frame } from './frame.tsx';
import { OtherWays } from './other-ways.tsx';

interface Fault {
  text: ReactNode;
  field: 'email' | 'password' | null;
}

function faultOf(error: unknown): Fault {
  if (codeOf(error) === 'email_taken') {
    return {
      text: (
        <>
          There is already an account with this address. We have sent it a mail.{' '}
          <Link href="/sign-in">Sign in</Link>, or <Link href="/forgot">choose a new password</Link>.
        </>
      ),
      field: 'email',
    };
  }
  const first = error instanceof ProblemError ? error.errors[0] : undefined;
  if (first?.path === 'email') return { text: 'This is not an email address.', field: 'email' };
  if (first?.path === 'password') return { text: `The password ${first.message}.`, field: 'password' };
  return { text: describe(error), field: null };
}

export function SignUp({ other }: { other: ReactNode }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useTypedEmail();
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const zone = ownZone();
  const now = useNow();
  const ids = { name: useId(), email: useId(), password: useId(), fault: useId() };

  const complain = (next: Fault) => {
    setFault(next);
    document.getElementById(next.field === 'email' ? ids.email : ids.password)?.focus();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (password.length < MIN_PASSWORD) {
      complain({ text: `The password must have ${MIN_PASSWORD} characters or more.`, field: 'password' });
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const who = name.trim() ? { name: name.trim() } : {};
      const answer = await client.call('signUp', {
        body: { email: email.trim(), password, timezone: zone, ...who },
      });
      enter(answer, '/new');
    } catch (error) {
      setBusy(false);
      complain(faultOf(error));
    }
  };
  const isAtFault = (field: Fault['field']) => fault && (fault.field === field || fault.field === null);

  return (
    <Frame title="Create your account" lead="Talk with Claude, and let it work for you while you are away.">
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor={ids.name}>
          Name <span className="muted">(optional)</span>
        </label>
        <input
          id={ids.name}
          value={name}
          maxLength={100}
          autoComplete="name"
          onChange={(event) => setName(event.target.value)}
        />
        <label htmlFor={ids.email}>Email</label>
        <input
          id={ids.email}
          type="email"
          required
          autoFocus
          autoComplete="username"
          autoCapitalize="none"
          value={email}
          maxLength={254}
          onChange={(event) => setEmail(event.target.value)}
          {...(isAtFault('email') ? { 'aria-invalid': true, 'aria-describedby': ids.fault } : {})}
        />
        <PasswordField
          id={ids.password}
          kind="new"
          value={password}
          setValue={setPassword}
          faultId={isAtFault('password') ? ids.fault : undefined}
        />
        {fault && (
          <p id={ids.fault} className="danger" role="alert">
            {fault.text}
          </p>
        )}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'One moment' : 'Create account'}
        </button>
      </form>
      <OtherWays busy={busy} />
      <p className="muted zone">
        Times will be shown in {zone.replaceAll('_', ' ')}, where it is {clockIn(zone, now)}. You can change
        that in the settings.
      </p>
      {other}
    </Frame>
  );
}
