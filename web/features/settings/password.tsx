/** Setting a password: the old one is asked for by the question whether it is you. */
import { type FormEvent, useId, useState } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';
import { apiKeysQuery, renew, securityQuery, sessionsQuery } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useUser } from '#web/app/signed-in.ts';
import { MIN_PASSWORD, PasswordField } from '#web/ui/password-field.tsx';
import { toast } from '#web/ui/toast.ts';
import { Section } from './section.tsx';

function saysOfPassword(error: unknown): string | null {
  const first = error instanceof ProblemError ? error.errors[0] : undefined;
  return first?.path === 'password' ? `The password ${first.message}.` : null;
}

function Form({ has, onClose }: { has: boolean; onClose: () => void }) {
  const user = useUser();
  const [password, setPassword] = useState('');
  const [revoke, setRevoke] = useState(false);
  const { busy, fault, run, setFault } = useAction(saysOfPassword);
  const problem = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (password.length < MIN_PASSWORD) {
      setFault(`The password must have ${MIN_PASSWORD} characters or more.`);
      return;
    }
    const done = await run(() =>
      confirming.call('changePassword', { body: { password, revokeApiKeys: revoke } }),
    );
    if (!done) return;
    toast({ text: has ? 'Password changed. All other devices were signed out.' : 'Password set.' });
    onClose();
    await Promise.all([renew(securityQuery), renew(sessionsQuery), renew(apiKeysQuery)]);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      {/* For password managers: whose password it is. */}
      <input hidden type="text" autoComplete="username" value={user.email} readOnly />
      <PasswordField
        label="New password"
        kind="new"
        autoFocus
        value={password}
        setValue={setPassword}
        faultId={fault ? problem : undefined}
      />
      {has && (
        <label className="check">
          <input type="checkbox" checked={revoke} onChange={(event) => setRevoke(event.target.checked)} />
          <span>
            Also revoke my API keys
            <span className="muted">Do this if somebody else may have been in your account.</span>
          </span>
        </label>
      )}
      {fault && (
        <p id={problem} className="danger" role="alert">
          {fault}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="primary" disabled={busy || !password}>
          {has ? 'Change password' : 'Set password'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

export function PasswordSection({ has }: { has: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Section
      title="Password"
      lead={
        has
          ? 'Changing it signs out all other devices.'
          : 'Your account has none. With one you can sign in where your other ways are not at hand.'
      }
    >
      {open ? (
        <Form has={has} onClose={() => setOpen(false)} />
      ) : (
        <button type="button" onClick={() => setOpen(true)}>
          {has ? 'Change password' : 'Set a password'}
        </button>
      )}
    </Section>
  );
}
