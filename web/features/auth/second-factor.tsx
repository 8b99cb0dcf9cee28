/** The second step of signing in: a passkey, or one of the recovery codes in its place. */
import { type FormEvent, useId, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import { account } from '#web/data/account.ts';
import { knowsPasskeys, signWithPasskey } from '#web/data/passkeys.ts';
import { useAction } from '#web/data/use-action.ts';
import { enter } from './arrival.ts';
import { Frame } from './frame.tsx';

interface SecondFactorProps {
  /** What the first step gave. */
  pending: string;
  onBack: () => void;
}

const TOO_LATE = 'This took too long. Start again with your password.';

export function SecondFactor({ pending, onBack }: SecondFactorProps) {
  const [withCode, setWithCode] = useState(!knowsPasskeys());
  const [code, setCode] = useState('');
  const field = useId();
  const problem = useId();
  const passkey = useAction((error) => (codeOf(error) === 'unauthenticated' ? TOO_LATE : null));
  const recovery = useAction((error) => {
    if (codeOf(error) === 'unauthenticated') return TOO_LATE;
    if (codeOf(error) === 'bad_credentials' || codeOf(error) === 'bad_request') {
      return 'This code is wrong or was used already.';
    }
    return null;
  });

  const sign = () =>
    void passkey.run(async () => {
      const proof = await signWithPasskey(await account.call('passkeyOptions', { body: { pending } }));
      enter(await account.call('passkeySignIn', { body: { ...proof, pending } }));
    });
  const redeem = (event: FormEvent) => {
    event.preventDefault();
    void recovery.run(async () =>
      enter(await account.call('recoverySignIn', { body: { pending, code: code.trim() } })),
    );
  };
  const back = (
    <p>
      <button type="button" className="link" onClick={onBack}>
        Start again
      </button>
    </p>
  );

  if (withCode) {
    return (
      <Frame title="Use a recovery code" lead="Each of the codes that you saved works once.">
        <form onSubmit={redeem} noValidate>
          <label htmlFor={field}>Recovery code</label>
          <input
            id={field}
            className="code"
            autoFocus
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={40}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            {...(recovery.fault ? { 'aria-invalid': true, 'aria-describedby': problem } : {})}
          />
          {recovery.fault && (
            <p id={problem} className="danger" role="alert">
              {recovery.fault}
            </p>
          )}
          <button type="submit" className="primary" disabled={recovery.busy || !code.trim()}>
            {recovery.busy ? 'One moment' : 'Sign in'}
          </button>
        </form>
        {knowsPasskeys() && (
          <p>
            <button type="button" className="link" onClick={() => setWithCode(false)}>
              Use your passkey instead
            </button>
          </p>
        )}
        {back}
      </Frame>
    );
  }
  return (
    <Frame title="One more step" lead="Your account asks for a passkey after the password.">
      <div className="ways">
        {passkey.fault && (
          <p className="danger" role="alert">
            {passkey.fault}
          </p>
        )}
        <button type="button" className="primary wide" autoFocus disabled={passkey.busy} onClick={sign}>
          {passkey.busy ? 'Waiting for your passkey' : 'Use your passkey'}
        </button>
      </div>
      <p>
        Not at hand?{' '}
        <button type="button" className="link" onClick={() => setWithCode(true)}>
          Use a recovery code
        </button>
      </p>
      {back}
    </Frame>
  );
}
