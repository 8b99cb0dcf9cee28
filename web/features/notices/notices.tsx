/**
 * What the app has to say about the account, at the foot of the list: that the address is not confirmed yet, that
 * something happened which its owner should look at. Nothing moves when it comes: only the list gets shorter.
 */
import { useState } from 'react';
import type { User } from '#shared/protocol/account.ts';
import { sendVerification, useMeOnReturn, waysQuery } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { useQuery } from '#web/data/use-query.ts';
import { AlertIcon, MailIcon } from '#web/ui/account-icons.tsx';
import { CloseIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import './notices.css';

/** Closed for as long as the tab is open: it is there again the next time. */
const CLOSED = 'address-notice-closed';

function Address({ email }: { email: string }) {
  const { data: ways } = useQuery(waysQuery);
  const [closed, setClosed] = useState(() => sessionStorage.getItem(CLOSED) !== null);
  const [sent, setSent] = useState(false);
  const { busy, fault, run } = useAction();
  if (closed || !ways?.mail) return null;
  const send = () =>
    void run(async () => {
      if (await sendVerification()) setSent(true);
    });
  return (
    <div className="notice-line">
      <MailIcon />
      <p role={sent || fault ? 'status' : undefined}>
        {fault ??
          (sent
            ? `A new link is on its way to ${email}.`
            : 'Confirm your address with the link we sent you.')}{' '}
        {!sent && (
          <button type="button" className="link" disabled={busy} onClick={send}>
            Send it again
          </button>
        )}
      </p>
      <button
        type="button"
        className="quiet"
        aria-label="Not now"
        title="Not now"
        onClick={() => {
          sessionStorage.setItem(CLOSED, '1');
          setClosed(true);
        }}
      >
        <CloseIcon />
      </button>
    </div>
  );
}

export function Notices({ user, alerts }: { user: User; alerts: number }) {
  useMeOnReturn();
  return (
    <aside className="notices" aria-label="Your account">
      {alerts > 0 && (
        <div className="notice-line" data-tone="danger">
          <AlertIcon />
          <p>
            Something happened to your account. <Link href="/settings/activity">Review it</Link>
          </p>
        </div>
      )}
      {!user.emailVerified && <Address email={user.email} />}
    </aside>
  );
}
