/** The ways in without a password: a passkey, Google. Google is offered only where the server knows it. */
import { useQuery } from '#web/data/use-query.ts';
import { knowsPasskeys } from '#web/data/passkeys.ts';
import { waysQuery } from '#web/data/security.ts';
import { usePage } from '#web/app/routes.ts';
import { KeyIcon } from '#web/ui/account-icons.tsx';
import { GoogleLink } from '#web/features/google/google-link.tsx';

export function OtherWays({ busy, onPasskey }: { busy: boolean; onPasskey?: () => void }) {
  const page = usePage();
  const { data: ways } = useQuery(waysQuery);
  const passkey = onPasskey !== undefined && knowsPasskeys();
  if (!passkey && ways?.google === 'off') return null;
  const named = page.name === 'sign-in' || page.name === 'sign-up';
  return (
    <div className="ways">
      <p className="or muted">or</p>
      {passkey && (
        <button type="button" className="wide" disabled={busy} onClick={onPasskey}>
          <KeyIcon />
          Sign in with a passkey
        </button>
      )}
      <GoogleLink className="wide" returnTo={named ? '/' : location.pathname} label="Continue with Google" />
    </div>
  );
}
