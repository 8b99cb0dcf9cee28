/** Where one stands outside of the app: at the way in, on a page that a mail led to, or with nobody there to ask. */
import { useEffect, useState } from 'react';
import { session } from '#web/data/app.ts';
import type { SessionState } from '#web/data/session.ts';
import { go, usePage } from '#web/app/routes.ts';
import { Link } from '#web/ui/link.tsx';
import { toast } from '#web/ui/toast.ts';
import { takePlace } from '#web/features/google/place.ts';
import { googleWords } from './google-words.ts';
import { FlowPage, isFlow } from './flow-page.tsx';
import { isKnown } from './known-browser.ts';
import { forgetLinkToken, useLinkToken } from './link-token.ts';
import { SecondFactor } from './second-factor.tsx';
import { SignIn } from './sign-in.tsx';
import { SignUp } from './sign-up.tsx';

/** Nobody could be asked who is signed in. Tries again by itself as soon as there is a network. */
function Unreachable() {
  useEffect(() => {
    const again = () => void session.start();
    window.addEventListener('online', again);
    const timer = setInterval(again, 10_000);
    return () => {
      window.removeEventListener('online', again);
      clearInterval(timer);
    };
  }, []);
  return (
    <main className="notice" role="alert">
      <h1>The server does not answer</h1>
      <p>Drafts and unsent messages are kept in this browser. Trying again every ten seconds.</p>
      <button type="button" onClick={() => void session.start()}>
        Try now
      </button>
    </main>
  );
}

/** Google's way back to a person whose account asks for a second factor: `/sign-in#pending=<token>`. */
const PENDING = 'pending=';

/** Whoever is in already goes where they were; if they came back from Google without success, they hear of it. */
function Through() {
  useEffect(() => {
    const text = googleWords(location.search);
    if (text !== null) toast({ text });
    go(takePlace() ?? '/', { replace: true });
  }, []);
  return null;
}

interface WayInProps {
  /** There was a session in this browser, and it is over. */
  ended: boolean;
  signedIn: boolean;
}

/** The way in, at whatever address one is: after it, the same page is there again. */
function WayIn({ ended, signedIn }: WayInProps) {
  const page = usePage();
  const named = page.name === 'sign-in' || page.name === 'sign-up' ? page.name : null;
  const [chosen, choose] = useState<'sign-in' | 'sign-up'>(ended || isKnown() ? 'sign-in' : 'sign-up');
  const [typed, setPending] = useState<string | null>(null);
  const fragment = useLinkToken('sign-in');
  const pending = typed ?? (fragment?.startsWith(PENDING) ? fragment.slice(PENDING.length) : null);
  const mode = named ?? chosen;

  const startAgain = () => {
    forgetLinkToken();
    setPending(null);
    choose('sign-in');
  };
  const toOther = (next: 'sign-in' | 'sign-up', question: string, label: string) => (
    <p>
      {question}{' '}
      {named ? (
        <Link href={`/${next}`}>{label}</Link>
      ) : (
        <button type="button" className="link" onClick={() => choose(next)}>
          {label}
        </button>
      )}
    </p>
  );

  if (pending !== null) return <SecondFactor pending={pending} onBack={startAgain} />;
  if (signedIn) return <Through />;
  if (mode === 'sign-up')
    return <SignUp other={toOther('sign-in', 'You have an account already?', 'Sign in')} />;
  return (
    <SignIn
      ended={ended}
      other={toOther('sign-up', 'You have no account yet?', 'Sign up')}
      onPending={setPending}
    />
  );
}

export function Door({ state }: { state: SessionState }) {
  const page = usePage();
  if (isFlow(page)) return <FlowPage page={page} />;
  if (state.status === 'starting') return <div className="skeleton" role="status" aria-label="Starting" />;
  if (state.status === 'unreachable') return <Unreachable />;
  return <WayIn ended={state.status === 'out' && state.ended} signedIn={state.status === 'in'} />;
}
