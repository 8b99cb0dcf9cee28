/** Making an API key: what it is for, what it may do, how long. Its secret is shown once and kept nowhere in the page. */
import { type FormEvent, useId, useState } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';
import type { ReplyOf } from '#shared/client/client.ts';
import type { Scope } from '#shared/protocol/security.ts';
import { amend, apiKeysQuery } from '#web/data/security.ts';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { useUser } from '#web/app/signed-in.ts';
import { Copyable } from '#web/ui/copyable.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { curlLine, lifetimes, scopeWords } from './scope-words.ts';
import { fullTime } from '#web/ui/time.ts';
import '#web/ui/fields.css';

type Made = ReplyOf<'createApiKey'>;

const DAY = 24 * 60 * 60_000;

function Secret({ made: { apiKey, secret }, onClose }: { made: Made; onClose: () => void }) {
  const curl = curlLine(secret, apiKey.scopes, location.origin);
  return (
    <Dialog title="Copy your key now" firm className="wide" onClose={onClose}>
      <p>
        This is “{apiKey.name}”. It is shown only now; whoever has it can act in your name. Keep it like a
        password.
      </p>
      <Copyable name="API key" text={secret} verb="Copy the key" />
      {curl !== null && (
        <>
          <p className="muted">Try it in a terminal:</p>
          <Copyable name="A first call" text={curl} verb="Copy the line" />
        </>
      )}
      <div className="actions">
        <button type="button" className="primary" onClick={onClose}>
          I have copied it
        </button>
      </div>
    </Dialog>
  );
}

function saysOfKey(error: unknown): string | null {
  const first = error instanceof ProblemError ? error.errors[0] : undefined;
  return first?.path === 'expiresAt'
    ? 'The end must be in the future. Check the clock of this device.'
    : null;
}

function Form({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [days, setDays] = useState<number | null>(90);
  const { busy, fault, run } = useAction(saysOfKey);
  const now = useNow();
  const user = useUser();
  const ids = { name: useId(), expiry: useId(), end: useId() };
  const end = days === null ? null : new Date(now + days * DAY).toISOString();

  const toggle = (scope: Scope, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const made = await confirming.call('createApiKey', {
        body: { name: name.trim(), scopes: [...scopes], expiresAt: end },
      });
      amend(apiKeysQuery, (known) => ({ ...known, items: [made.apiKey, ...known.items] }));
      onMade(made);
    });
  };
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <label htmlFor={ids.name}>Name</label>
        <input
          id={ids.name}
          value={name}
          maxLength={100}
          autoFocus
          autoComplete="off"
          placeholder="Where it will be used"
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="scopes">
          <legend>What it may do</legend>
          {scopeWords.map(({ scope, label, line }) => (
            <label key={scope} className="check">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => toggle(scope, event.target.checked)}
              />
              <span>
                {label}
                <span className="muted">{line}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label htmlFor={ids.expiry}>Works for</label>
        <select
          id={ids.expiry}
          value={String(days)}
          aria-describedby={ids.end}
          onChange={(event) => setDays(event.target.value === 'null' ? null : Number(event.target.value))}
        >
          {lifetimes.map((one) => (
            <option key={one.label} value={String(one.days)}>
              {one.days === null ? 'Until it is revoked' : one.label}
            </option>
          ))}
        </select>
        <p id={ids.end} className="muted">
          {end === null
            ? 'A key that never ends is easily forgotten. Revoke it when you no longer need it.'
            : `It stops working ${dateOf(end, user.timezone)}.`}
        </p>
        {fault && (
          <p className="danger" role="alert">
            {fault}
          </p>
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={busy || !name.trim() || scopes.length === 0}>
            {busy ? 'One moment' : 'Create key'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const dateOf = (iso: string, zone: string) => `on ${fullTime(iso, zone)}`;

/** The dialog, from the form to the secret. Closing it forgets the secret. */
export function NewApiKey({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  return made ? <Secret made={made} onClose={onClose} /> : <Form onMade={setMade} onClose={onClose} />;
}
