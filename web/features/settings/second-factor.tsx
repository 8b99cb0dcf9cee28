/** Asking for a passkey after the password: on, off, and the codes for the day when no passkey is at hand. */
import { useState } from 'react';
import type { Security } from '#shared/protocol/security.ts';
import { amend, renew, securityQuery } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useUser } from '#web/app/signed-in.ts';
import { AskDialog } from './ask-dialog.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Fault, Section } from './section.tsx';

/** Fewer than this, and it is time for new ones. */
const FEW_CODES = 3;

function TurnOff({ onClose }: { onClose: () => void }) {
  const action = useAction();
  const turnOff = async () => {
    const done = await action.run(() => confirming.call('setSecondFactor', { body: { on: false } }));
    if (!done) return;
    amend(securityQuery, (known) => ({ ...known, secondFactor: false, recoveryCodesLeft: 0 }));
    onClose();
  };
  return (
    <AskDialog
      title="Turn off the second step"
      keep="Leave it on"
      verb="Turn off"
      action={action}
      onVerb={() => void turnOff()}
      onClose={onClose}
    >
      <p>From then on the password, or Google, alone opens your account. Your recovery codes stop working.</p>
    </AskDialog>
  );
}

function Codes({ left, action, onNew }: { left: number; action: boolean; onNew: () => void }) {
  return (
    <p className={left < FEW_CODES ? 'waiting' : 'muted'}>
      {left === 0
        ? 'No recovery code is left.'
        : `${left} recovery ${left === 1 ? 'code is' : 'codes are'} left.`}{' '}
      <button type="button" className="link" disabled={action} onClick={onNew}>
        Make new codes
      </button>
      {left > 0 && ' (the old ones stop working)'}
    </p>
  );
}

export function SecondFactorSection({ security }: { security: Security }) {
  const user = useUser();
  const { busy, fault, run } = useAction();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [turningOff, setTurningOff] = useState(false);
  const { secondFactor, recoveryCodesLeft, passkeys } = security;

  const turnOn = () =>
    void run(async () => {
      const { recoveryCodes } = await confirming.call('setSecondFactor', { body: { on: true } });
      amend(securityQuery, (known) => ({
        ...known,
        secondFactor: true,
        recoveryCodesLeft: recoveryCodes.length,
      }));
      setCodes(recoveryCodes);
    });
  const possible = passkeys.length > 0 || secondFactor;
  return (
    <Section
      title="Second step"
      lead={
        possible
          ? 'Ask for a passkey after the password, so that the password alone opens nothing.'
          : 'Ask for a passkey after the password. Add a passkey first, then this can be turned on.'
      }
    >
      <Fault text={fault} />
      <div className="switch-line">
        <button
          type="button"
          role="switch"
          aria-checked={secondFactor}
          aria-label="Ask for a passkey after the password"
          className="switch"
          disabled={busy || !possible}
          onClick={() => (secondFactor ? setTurningOff(true) : turnOn())}
        >
          <i aria-hidden="true" />
        </button>
        <span aria-hidden="true">{secondFactor ? 'On' : 'Off'}</span>
      </div>
      {secondFactor && <Codes left={recoveryCodesLeft} action={busy} onNew={turnOn} />}
      {turningOff && <TurnOff onClose={() => setTurningOff(false)} />}
      {codes && (
        <RecoveryCodes
          codes={codes}
          email={user.email}
          onClose={() => {
            setCodes(null);
            void renew(securityQuery);
          }}
        />
      )}
    </Section>
  );
}
