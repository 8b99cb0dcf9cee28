/**
 * Confirming an address with the link from a mail: that of the sign-up, or a new one. The page asks the server by
 * script, so that a program that only looks at links does not use them up.
 */
import { useEffect, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import { account } from '#web/data/account.ts';
import { session } from '#web/data/app.ts';
import { meQuery } from '#web/data/conversations.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { Link } from '#web/ui/link.tsx';
import { useStore } from '#web/ui/store.ts';
import { Frame } from './frame.tsx';
import { useLinkToken } from './link-token.ts';

type Progress =
  | { state: 'asking' | 'expired' | 'taken' }
  | { state: 'done'; email: string }
  | { state: 'failed'; text: string };

let asked: { token: string; answer: Promise<Progress> } | null = null;

async function ask(token: string): Promise<Progress> {
  try {
    const { email } = await account.call('verifyEmail', { body: { token } });
    if (session.get().status === 'in') void renew(meQuery);
    return { state: 'done', email };
  } catch (error) {
    // A token that is not one at all was cut short on its way.
    if (codeOf(error) === 'link_expired' || codeOf(error) === 'bad_request') return { state: 'expired' };
    if (codeOf(error) === 'email_taken') return { state: 'taken' };
    asked = null;
    return { state: 'failed', text: describe(error) };
  }
}

/** Asks once for each token, however often the page is drawn: the second answer would be that it is used. */
function askOnce(token: string): Promise<Progress> {
  if (asked?.token !== token) asked = { token, answer: ask(token) };
  return asked.answer;
}

function SendAgain() {
  const [sent, setSent] = useState(false);
  const { busy, fault, run } = useAction();
  if (sent) return <p role="status">A new link is on its way. It works for two days.</p>;
  return (
    <div className="ways">
      {fault && (
        <p className="danger" role="alert">
          {fault}
        </p>
      )}
      <button
        type="button"
        className="primary wide"
        disabled={busy}
        onClick={() =>
          void run(async () => {
            await account.call('requestVerification');
            setSent(true);
          })
        }
      >
        Send the link again
      </button>
    </div>
  );
}

function WayOn() {
  const signedIn = useStore(session).status === 'in';
  return (
    <div className="ways">
      <Link className="button primary wide" href={signedIn ? '/' : '/sign-in'}>
        {signedIn ? 'Go to your conversations' : 'Sign in'}
      </Link>
    </div>
  );
}

/** No link, or one that no longer works: what can be done about it. */
function NoLink({ expired }: { expired: boolean }) {
  const who = useStore(session);
  const signedIn = who.status === 'in';
  const confirmed = signedIn && who.user.emailVerified;
  return (
    <Frame
      title={expired ? 'This link no longer works' : 'Confirm your address'}
      lead={
        expired
          ? 'It was used already, it is too old, or a part of it is missing.'
          : 'Open this page with the link in the mail that we sent you.'
      }
    >
      {confirmed && (
        <p role="status">
          The address of your account, <b>{who.user.email}</b>, is confirmed.
        </p>
      )}
      {signedIn && !confirmed ? <SendAgain /> : <WayOn />}
      {!signedIn && expired && (
        <p className="muted">Once you are signed in, the settings can send a new link.</p>
      )}
    </Frame>
  );
}

function Verify({ token, onAgain }: { token: string; onAgain: () => void }) {
  const [progress, setProgress] = useState<Progress>({ state: 'asking' });
  useEffect(() => {
    let here = true;
    const show = async () => {
      const next = await askOnce(token);
      if (here) setProgress(next);
    };
    void show();
    return () => {
      here = false;
    };
  }, [token]);

  switch (progress.state) {
    case 'asking':
      return (
        <Frame title="Confirming your address">
          <p className="muted late" role="status">
            One moment.
          </p>
        </Frame>
      );
    case 'done':
      return (
        <Frame title="Your address is confirmed">
          <p className="lead" role="status">
            <b>{progress.email}</b> is yours. News about your account goes there.
          </p>
          <WayOn />
        </Frame>
      );
    case 'taken':
      return (
        <Frame
          title="This address has another account"
          lead="So yours keeps the address that it had. To use this one, delete the other account first."
        >
          <WayOn />
        </Frame>
      );
    case 'failed':
      return (
        <Frame title="The address is not confirmed yet">
          <p className="danger" role="alert">
            {progress.text}
          </p>
          <div className="ways">
            <button type="button" className="primary wide" onClick={onAgain}>
              Try again
            </button>
          </div>
        </Frame>
      );
    default:
      return <NoLink expired />;
  }
}

export function VerifyPage() {
  const token = useLinkToken('verify');
  const [tries, setTries] = useState(1);
  if (token === null) return <NoLink expired={false} />;
  return <Verify key={`${token}:${tries}`} token={token} onAgain={() => setTries(tries + 1)} />;
}
