/** The question before something that matters: is it you? With the password, a passkey, or by signing in again. */
import { type FormEvent, useId, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import { account } from '#web/data/account.ts';
import { knowsPasskeys, signWithPasskey } from '#web/data/passkeys.ts';
import { securityQuery } from '#web/data/security.ts';
import { type Question, question } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useQuery } from '#web/data/use-query.ts';
import { useUser } from '#web/app/signed-in.ts';
import { GoogleLink } from '#web/features/google/google-link.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { PasswordField } from '#web/ui/password-field.tsx';
import { useStore } from '#web/ui/store.ts';
import { Fault, Loading } from './section.tsx';

const wrongPassword = (error: unknown) =>
  codeOf(error) === 'bad_credentials' ? 'This is not your password.' : null;

function ByPassword({ done, close }: Question) {
  const user = useUser();
  const [password, setPassword] = useState('');
  const { busy, fault, run } = useAction(wrongPassword);
  const problem = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const taken = await run(() => account.call('confirm', { body: { password } }));
    if (taken) done();
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      {/* For password managers: whose password it is. */}
      <input hidden type="text" autoComplete="username" value={user.email} readOnly />
      <PasswordField
        kind="current"
        autoFocus
        value={password}
        setValue={setPassword}
        faultId={fault ? problem : undefined}
      />
      {fault && (
        <p id={problem} className="danger" role="alert">
          {fault}
        </p>
      )}
      <div className="actions">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={busy || !password}>
          {busy ? 'One moment' : 'Confirm'}
        </button>
      </div>
    </form>
  );
}

function ByPasskey({ done, autoFocus }: Question & { autoFocus: boolean }) {
  const { busy, fault, run } = useAction();
  const sign = async () => {
    const taken = await run(async () => {
      const proof = await signWithPasskey(await account.call('confirmOptions'));
      await account.call('confirm', { body: proof });
    });
    if (taken) done();
  };
  return (
    <>
      <Fault text={fault} />
      <button type="button" autoFocus={autoFocus} disabled={busy} onClick={() => void sign()}>
        {busy ? 'Waiting for your passkey' : 'Use a passkey'}
      </button>
    </>
  );
}

function Ask({ done, close }: Question) {
  const { data: security, error, refetch } = useQuery(securityQuery);
  const passkey = security !== undefined && security.passkeys.length > 0 && knowsPasskeys();
  // Who asked for a second step must not lose it to the first one alone.
  const password = security !== undefined && security.hasPassword && !security.secondFactor;
  return (
    <Dialog title="Confirm that it is you" onClose={close}>
      <p className="muted">It has been a while since you signed in, and this changes your account.</p>
      {!security ? (
        <Loading error={error} refetch={refetch} label="ways to confirm" />
      ) : (
        <>
          {passkey && <ByPasskey done={done} close={close} autoFocus={!password} />}
          {passkey && password && <p className="or muted">or</p>}
          {password && <ByPassword done={done} close={close} />}
          {!passkey && security.secondFactor && (
            <>
              <p>
                Your second step asks for a passkey, and this browser has none. Sign out and in again: there a
                recovery code will do.
              </p>
              <div className="actions">
                <button type="button" onClick={close}>
                  Close
                </button>
              </div>
            </>
          )}
          {!passkey && !password && !security.secondFactor && (
            <>
              <p>You sign in with Google. Do that once more: you come back to this page, and can go on.</p>
              <div className="actions">
                <button type="button" onClick={close}>
                  Cancel
                </button>
                <GoogleLink className="primary" returnTo={location.pathname} label="Continue with Google" />
              </div>
            </>
          )}
        </>
      )}
    </Dialog>
  );
}

/** Stands once at the end of the settings. */
export function ConfirmDialog() {
  const open = useStore(question);
  return open && <Ask {...open} />;
}
