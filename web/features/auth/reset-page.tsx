/** Choosing a new password with the link from a mail. Afterwards every device signs in anew, this one too. */
import { type FormEvent, useId, useState } from 'react';
import { codeOf, ProblemError } from '#shared/client/problem-error.ts';
import { account } from '#web/data/account.ts';
import { session } from '#web/data/app.ts';
import { useAction } from '#web/data/use-action.ts';
import { go } from '#web/app/routes.ts';
import { Link } from '#web/ui/link.tsx';
import { MIN_PASSWORD, PasswordField } from '#web/ui/password-field.tsx';
import { tell, useTypedEmail } from './arrival.ts';
import { Frame } from './frame.tsx';
import { forgetLinkToken, useLinkToken } from './link-token.ts';

/** The address of whoever is signed in here: the link itself does not say whose it is. */
const ownAddress = () => {
  const state = session.get();
  return state.status === 'in' ? state.user.email : null;
};

/** A token that is not one at all was cut short on its way. */
const isAboutToken = (error: unknown) => error instanceof ProblemError && error.errors[0]?.path === 'token';

function saysOfReset(error: unknown): string | null {
  const first = error instanceof ProblemError ? error.errors[0] : undefined;
  return first?.path === 'password' ? `The password ${first.message}.` : null;
}

/** The way to another link, for whoever has none that works. */
function NoLink({ expired }: { expired: boolean }) {
  return (
    <Frame
      title={expired ? 'This link no longer works' : 'Choose a new password'}
      lead={
        expired
          ? 'It was used already, or it is older than half an hour. Your password is what it was.'
          : 'Open this page with the link in the mail that we sent you.'
      }
    >
      <div className="ways">
        <Link className="button primary wide" href="/forgot">
          Send a new link
        </Link>
      </div>
      <p>
        <Link href="/sign-in">Back to signing in</Link>
      </p>
    </Frame>
  );
}

function Choose({ token }: { token: string }) {
  const [expired, setExpired] = useState(false);
  const [password, setPassword] = useState('');
  const [revoke, setRevoke] = useState(false);
  const [, setEmail] = useTypedEmail();
  const { busy, fault, run, setFault } = useAction(saysOfReset);
  const ids = { password: useId(), fault: useId() };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password.length < MIN_PASSWORD) {
      setFault(`The password must have ${MIN_PASSWORD} characters or more.`);
      document.getElementById(ids.password)?.focus();
      return;
    }
    void run(async () => {
      const who = ownAddress();
      try {
        await account.call('resetPassword', { body: { token, password, revokeApiKeys: revoke } });
      } catch (error) {
        if (codeOf(error) !== 'link_expired' && !isAboutToken(error)) throw error;
        setExpired(true);
        return;
      }
      forgetLinkToken();
      if (who !== null) setEmail(who);
      tell('Your password is changed. Sign in with it; all devices were signed out.');
      // If somebody was signed in here, they are not any more.
      await session.check();
      go('/sign-in', { replace: true });
    });
  };

  if (expired) return <NoLink expired />;
  return (
    <Frame title="Choose a new password" lead="All devices will be signed out, and you sign in anew.">
      <form onSubmit={submit} noValidate>
        <PasswordField
          id={ids.password}
          label="New password"
          kind="new"
          autoFocus
          value={password}
          setValue={setPassword}
          faultId={fault ? ids.fault : undefined}
        />
        <label className="check">
          <input type="checkbox" checked={revoke} onChange={(event) => setRevoke(event.target.checked)} />
          <span>
            Also revoke my API keys
            <span className="muted">Do this if somebody else may have been in your account.</span>
          </span>
        </label>
        {fault && (
          <p id={ids.fault} className="danger" role="alert">
            {fault}
          </p>
        )}
        <button type="submit" className="primary" disabled={busy || !password}>
          {busy ? 'One moment' : 'Set the new password'}
        </button>
      </form>
    </Frame>
  );
}

export function ResetPage() {
  const token = useLinkToken('reset');
  return token === null ? <NoLink expired={false} /> : <Choose key={token} token={token} />;
}
