/** Name and time zone. */
import { type FormEvent, useId, useState } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';
import { client, session } from '#web/data/app.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useNow } from '#web/ui/use-now.ts';
import { clockIn, ownZone, zones } from '#web/ui/zones.ts';

type Saving = { state: 'idle' | 'busy' | 'saved' } | { state: 'failed'; text: string };

export function ProfileForm() {
  const user = useUser();
  const [name, setName] = useState(user.name);
  const [zone, setZone] = useState(user.timezone);
  const [saving, setSaving] = useState<Saving>({ state: 'idle' });
  const now = useNow();
  const nameField = useId();
  const zoneField = useId();
  const changed = name.trim() !== user.name || zone !== user.timezone;
  const here = ownZone();

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving({ state: 'busy' });
    try {
      const { user: next } = await client.call('updateMe', {
        body: { timezone: zone, ...(name.trim() ? { name: name.trim() } : {}) },
      });
      session.setUser(next);
      setName(next.name);
      setSaving({ state: 'saved' });
    } catch (error) {
      const field = error instanceof ProblemError ? error.errors[0] : undefined;
      setSaving({ state: 'failed', text: field ? `${field.path} ${field.message}` : describe(error) });
    }
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <label htmlFor={nameField}>Name</label>
      <input
        id={nameField}
        value={name}
        maxLength={100}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
      <label htmlFor={zoneField}>Time zone</label>
      <select id={zoneField} value={zone} onChange={(event) => setZone(event.target.value)}>
        {zones(zone).map((option) => (
          <option key={option} value={option}>
            {option.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
      <p className="muted">
        It is {clockIn(zone, now)} there.
        {here !== zone && (
          <>
            {' '}
            <button type="button" className="link" onClick={() => setZone(here)}>
              Use this device’s zone, {here.replaceAll('_', ' ')}
            </button>
          </>
        )}
      </p>
      <div className="actions">
        <button type="submit" className="primary" disabled={!changed || saving.state === 'busy'}>
          Save
        </button>
        <span role="status" className={saving.state === 'failed' ? 'danger' : 'muted'}>
          {saving.state === 'saved' && !changed ? 'Saved' : saving.state === 'failed' ? saving.text : ''}
        </span>
      </div>
    </form>
  );
}
