/** Where one stands before the app: at the way in, or with nobody there to ask. */
import { useEffect, useState } from 'react';
import { session } from '#web/data/app.ts';
import { usePage } from '#web/app/routes.ts';
import { AuthPage } from './auth-page.tsx';
import { isKnown } from './known-browser.ts';

/** Nobody could be asked who is signed in. Tries again by itself as soon as there is a network. */
export function Unreachable() {
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

/** The way in, at whatever address one is: after it, the same page is there again. */
export function Door({ ended }: { ended: boolean }) {
  const page = usePage();
  const named = page.name === 'sign-in' || page.name === 'sign-up' ? page.name : null;
  const [chosen, choose] = useState<'sign-in' | 'sign-up'>(ended || isKnown() ? 'sign-in' : 'sign-up');
  const mode = named ?? chosen;
  return (
    <AuthPage
      key={mode}
      mode={mode}
      ended={ended}
      {...(named ? {} : { onSwitch: () => choose(mode === 'sign-in' ? 'sign-up' : 'sign-in') })}
    />
  );
}
