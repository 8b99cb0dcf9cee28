/** A password with its label, and a way to see what was typed. */
import { type ReactNode, useId, useState } from 'react';
import './fields.css';

/** The same rule as the server's (NIST SP 800-63B 5.1.1): length is what counts. */
export const MIN_PASSWORD = 10;

interface PasswordFieldProps {
  label?: string;
  value: string;
  setValue: (value: string) => void;
  /** `new`: one that is being chosen, with the hint at its length. */
  kind: 'current' | 'new';
  autoFocus?: boolean;
  /** The id of the sentence that says what is wrong with it, when something is. */
  faultId?: string | undefined;
  /** Stands at the end of the label's line. */
  aside?: ReactNode;
  id?: string;
}

export function PasswordField({
  label = 'Password',
  value,
  setValue,
  kind,
  autoFocus = false,
  faultId,
  aside,
  id,
}: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const own = useId();
  const hint = useId();
  const field = id ?? own;
  const missing = MIN_PASSWORD - value.length;
  const described = [kind === 'new' ? hint : '', faultId ?? ''].filter(Boolean).join(' ');
  return (
    <>
      <div className="label">
        <label htmlFor={field}>{label}</label>
        {aside}
      </div>
      <div className="field">
        <input
          id={field}
          type={shown ? 'text' : 'password'}
          required
          autoFocus={autoFocus}
          autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
          autoCapitalize="none"
          spellCheck={false}
          value={value}
          maxLength={200}
          onChange={(event) => setValue(event.target.value)}
          {...(described ? { 'aria-describedby': described } : {})}
          {...(faultId ? { 'aria-invalid': true } : {})}
        />
        <button type="button" className="link" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide' : 'Show'}
          <span className="unseen"> password</span>
        </button>
      </div>
      {kind === 'new' && (
        <p id={hint} className="muted hint">
          {value && missing > 0
            ? `${missing} more ${missing === 1 ? 'character' : 'characters'}.`
            : `${MIN_PASSWORD} characters or more. A sentence is good.`}
        </p>
      )}
    </>
  );
}
