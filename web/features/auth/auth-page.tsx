/** Signing in and signing up: one form with two ways in. The address stays, so that one comes back to the same place. */
import { type FormEvent, useId, useState } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';
import { client, session } from '#web/data/app.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { go } from '#web/app/routes.ts';
import { Link } from '#web/ui/link.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { clockIn, ownZone } from '#web/ui/zones.ts';
import { rememberHere } from './known-browser.ts';
import './auth.css';

interface AuthPageProps {
  mode: 'sign-in' | 'sign-up';
  /** There was a session in this tab and it is over. */
  ended: boolean;
  /** The addresses of the two forms; inside the app they are not pages of their own. */
  onSwitch?: () => void;
}

interface Fault {
  text: string;
  field: 'email' | 'password' | null;
}

/** The same rule as the server's: ten characters or more. */
const MIN_PASSWORD = 10;

function faultOf(error: unknown): Fault {
  if (!(error instanceof ProblemError)) return { text: describe(error), field: null };
  if (error.code === 'email_taken') return { text: describe(error), field: 'email' };
  const first = error.errors[0];
  if (first?.path === 'email') return { text: 'This is not an email address.', field: 'email' };
  if (first?.path === 'password') return { text: `The password ${first.message}.`, field: 'password' };
  return { text: describe(error), field: null };
}

export function AuthPage({ mode, ended, onSwitch }: AuthPageProps) {
  const signUp = mode === 'sign-up';
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const zone = ownZone();
  const now = useNow();
  const ids = { name: useId(), email: useId(), password: useId(), hint: useId(), fault: useId() };
  useTitle(signUp ? 'Sign up' : 'Sign in');

  const enter = async () => {
    if (!signUp) return client.call('signIn', { body: { email, password } });
    const who = name.trim() ? { name: name.trim() } : {};
    return client.call('signUp', { body: { email, password, timezone: zone, ...who } });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (signUp && password.length < MIN_PASSWORD) {
      setFault({ text: `The password must have ${MIN_PASSWORD} characters or more.`, field: 'password' });
      document.getElementById(ids.password)?.focus();
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const answer = await enter();
      rememberHere();
      if (signUp) go('/new', { replace: true });
      session.enter(answer);
    } catch (error) {
      const next = faultOf(error);
      setFault(next);
      setBusy(false);
      document.getElementById(next.field === 'email' ? ids.email : ids.password)?.focus();
    }
  };
  const invalid = (field: Fault['field']) =>
    fault && (fault.field === field || fault.field === null)
      ? { 'aria-invalid': true, 'aria-describedby': ids.fault }
      : {};
  const other = signUp ? 'Sign in' : 'Sign up';

  return (
    <main className="auth">
      <div>
        <img src="/favicon.svg" alt="" width="40" height="40" />
        <h1>{signUp ? 'Create your account' : 'Sign in'}</h1>
        <p className="muted">
          {ended
            ? 'Your session has ended. Sign in to go on where you were; your drafts are kept.'
            : signUp
              ? 'Talk with Claude, and let it work for you while you are away.'
              : 'Go on where you left off.'}
        </p>
        <form onSubmit={(event) => void submit(event)} noValidate>
          {signUp && (
            <>
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
            </>
          )}
          <label htmlFor={ids.email}>Email</label>
          <input
            id={ids.email}
            type="email"
            required
            autoFocus
            autoComplete="username"
            value={email}
            maxLength={254}
            onChange={(event) => setEmail(event.target.value)}
            {...invalid('email')}
          />
          <label htmlFor={ids.password}>Password</label>
          <div className="field">
            <input
              id={ids.password}
              type={shown ? 'text' : 'password'}
              required
              autoComplete={signUp ? 'new-password' : 'current-password'}
              value={password}
              maxLength={200}
              onChange={(event) => setPassword(event.target.value)}
              {...(signUp ? { 'aria-describedby': ids.hint } : {})}
              {...invalid('password')}
            />
            <button type="button" className="link" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? 'Hide' : 'Show'}
              <span className="unseen"> password</span>
            </button>
          </div>
          {signUp && (
            <p id={ids.hint} className="muted">
              {MIN_PASSWORD} characters or more.
            </p>
          )}
          {fault && (
            <p id={ids.fault} className="danger" role="alert">
              {fault.text}
            </p>
          )}
          <button type="submit" className="primary" disabled={busy || !email || !password}>
            {busy ? 'One moment' : signUp ? 'Create account' : 'Sign in'}
          </button>
        </form>
        {signUp && (
          <p className="muted zone">
            Times will be shown in {zone.replaceAll('_', ' ')}, where it is {clockIn(zone, now)}. You can
            change that in the settings.
          </p>
        )}
        <p>
          {signUp ? 'You have an account already?' : 'You have no account yet?'}{' '}
          {onSwitch ? (
            <button type="button" className="link" onClick={onSwitch}>
              {other}
            </button>
          ) : (
            <Link href={signUp ? '/sign-in' : '/sign-up'}>{other}</Link>
          )}
        </p>
      </div>
    </main>
  );
}
