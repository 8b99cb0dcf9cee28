/** Signing in: address and password, a passkey (also from the browser's own suggestions), or Google. */
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { codeOf, ProblemError } from '#shared/client/problem-error.ts';
import { account } from '#web/data/account.ts';
import { client } from '#web/data/app.ts';
import { offerPasskeys, signWithPasskey, stopOffering } from '#web/data/passkeys.ts';
import { useAction } from '#web/data/use-action.ts';
import { Link } from '#web/ui/link.tsx';
import { PasswordField } from '#web/ui/password-field.tsx';
import { enter, tell, useNews, useTypedEmail } from './arrival.ts';
import { Frame } from './frame.tsx';
import { googleWords } from './google-words.ts';
import { OtherWays } from './other-ways.tsx';

interface SignInProps {
  /** There was a session in this browser and it is over. */
  ended: boolean;
  /** Leads to signing up. */
  other: ReactNode;
  /** The password was right; this proves that the second factor may follow. */
  onPending: (pending: string) => void;
}

/** What Google's way back put into the address, once: a reload says nothing of it any more. */
function takeGoogleWords(): string | null {
  const text = googleWords(location.search);
  if (text !== null) history.replaceState(history.state, '', location.pathname);
  return text;
}

const beginPasskey = () => account.call('passkeyOptions', { body: {} });

export function SignIn({ ended, other, onPending }: SignInProps) {
  const [email, setEmail] = useTypedEmail();
  const [password, setPassword] = useState('');
  const news = useNews();
  const { busy, fault, run, setFault } = useAction();
  const [wrong, setWrong] = useState(false);
  const ids = { email: useId(), password: useId(), fault: useId() };

  useEffect(() => {
    const text = takeGoogleWords();
    if (text !== null) tell(text);
  }, []);
  useEffect(() => {
    let here = true;
    const offer = async () => {
      try {
        const chosen = await offerPasskeys(beginPasskey);
        if (chosen && here) enter(await account.call('passkeySignIn', { body: chosen }));
      } catch (error) {
        // Nobody asked for the offer, so only a passkey that was chosen is worth a word.
        if (here && codeOf(error) === 'passkey_refused') setFault('That passkey was not accepted here.');
      }
    };
    void offer();
    return () => {
      here = false;
      stopOffering();
    };
  }, [setFault]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWrong(false);
    const done = await run(async () => {
      try {
        enter(await client.call('signIn', { body: { email: email.trim(), password } }));
      } catch (error) {
        setWrong(codeOf(error) === 'bad_credentials');
        const pending = error instanceof ProblemError ? error.pending : null;
        if (codeOf(error) !== 'second_factor_required' || pending === null) throw error;
        onPending(pending);
      }
    });
    if (!done) document.getElementById(ids.password)?.focus();
  };
  const withPasskey = () =>
    void run(async () => {
      const proof = await signWithPasskey(await beginPasskey());
      enter(await account.call('passkeySignIn', { body: proof }));
    });

  const lead =
    news ??
    (ended
      ? 'You were signed out: the session was ended or had run out. Sign in to go on where you were; your drafts are kept.'
      : 'Go on where you left off.');
  return (
    <Frame title="Sign in" lead={<span role={news || ended ? 'status' : undefined}>{lead}</span>}>
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor={ids.email}>Email</label>
        <input
          id={ids.email}
          type="email"
          required
          autoFocus={!email}
          autoComplete="username webauthn"
          autoCapitalize="none"
          value={email}
          maxLength={254}
          onChange={(event) => setEmail(event.target.value)}
          {...(fault && wrong ? { 'aria-invalid': true, 'aria-describedby': ids.fault } : {})}
        />
        <PasswordField
          id={ids.password}
          kind="current"
          autoFocus={email !== ''}
          value={password}
          setValue={setPassword}
          faultId={fault && wrong ? ids.fault : undefined}
          aside={<Link href="/forgot">Forgot your password?</Link>}
        />
        {fault && (
          <p id={ids.fault} className="danger" role="alert">
            {fault}
          </p>
        )}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'One moment' : 'Sign in'}
        </button>
      </form>
      <OtherWays busy={busy} onPasskey={withPasskey} />
      {other}
    </Frame>
  );
}
