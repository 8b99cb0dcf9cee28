/** The part of the editor that says when. */
import { useId } from 'react';
import { useUser } from '#web/app/signed-in.ts';
import { zones } from '#web/ui/zones.ts';
import type { ScheduleDraft } from './schedule-draft.ts';

const kinds = [
  ['days', 'On days, at a time'],
  ['every', 'Every so often'],
  ['once', 'Once'],
  ['cron', 'By a cron rule'],
] as const;
const weekdays = [
  [1, 'Mon'],
  [2, 'Tue'],
  [3, 'Wed'],
  [4, 'Thu'],
  [5, 'Fri'],
  [6, 'Sat'],
  [0, 'Sun'],
] as const;
const units = [
  [1, 'seconds'],
  [60, 'minutes'],
  [3_600, 'hours'],
  [86_400, 'days'],
] as const;

interface Props {
  draft: ScheduleDraft;
  /** It is no rule; the preview says why. */
  faulty: boolean;
  change: (change: Partial<ScheduleDraft>) => void;
}

export function WhenFields({ draft, faulty, change }: Props) {
  const user = useUser();
  const ids = { kind: useId(), time: useId(), every: useId(), at: useId(), cron: useId(), zone: useId() };
  const toggle = (day: number, on: boolean) =>
    change({ days: on ? [...draft.days, day] : draft.days.filter((each) => each !== day) });
  return (
    <>
      <label htmlFor={ids.kind}>When</label>
      <select
        id={ids.kind}
        value={draft.kind}
        onChange={({ target }) =>
          change({ kind: kinds.find(([kind]) => kind === target.value)?.[0] ?? 'days' })
        }
      >
        {kinds.map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </select>
      {draft.kind === 'days' && (
        <>
          <fieldset className="weekdays">
            <legend className="unseen">Days</legend>
            {weekdays.map(([day, label]) => (
              <label key={day}>
                <input
                  type="checkbox"
                  checked={draft.days.includes(day)}
                  onChange={({ target }) => toggle(day, target.checked)}
                />
                {label}
              </label>
            ))}
          </fieldset>
          {draft.days.length === 0 && <p className="muted">No day chosen: it runs every day.</p>}
          <label htmlFor={ids.time}>At</label>
          <input
            id={ids.time}
            type="time"
            required
            value={draft.time}
            onChange={({ target }) => change({ time: target.value })}
          />
        </>
      )}
      {draft.kind === 'every' && (
        <div className="pair">
          <label htmlFor={ids.every}>Every</label>
          <input
            id={ids.every}
            type="number"
            min={draft.unit === 1 ? 60 : 1}
            required
            value={draft.every}
            onChange={({ target }) => change({ every: target.valueAsNumber || 0 })}
          />
          <select
            aria-label="Unit"
            value={draft.unit}
            onChange={({ target }) =>
              change({ unit: units.find(([unit]) => String(unit) === target.value)?.[0] ?? 60 })
            }
          >
            {units.map(([unit, label]) => (
              <option key={unit} value={unit}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
      {draft.kind === 'once' && (
        <>
          <label htmlFor={ids.at}>At</label>
          <input
            id={ids.at}
            type="datetime-local"
            required
            value={draft.at}
            onChange={({ target }) => change({ at: target.value })}
          />
        </>
      )}
      {draft.kind === 'cron' && (
        <>
          <label htmlFor={ids.cron}>Minute, hour, day, month, weekday</label>
          <input
            id={ids.cron}
            className="code"
            value={draft.cron}
            required
            aria-invalid={faulty || undefined}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => change({ cron: target.value })}
          />
        </>
      )}
      {draft.kind !== 'every' && (
        <>
          <label htmlFor={ids.zone}>Time zone</label>
          <select
            id={ids.zone}
            value={draft.zone ?? ''}
            onChange={({ target }) => change({ zone: target.value === '' ? null : target.value })}
          >
            <option value="">Mine, wherever I am</option>
            {zones(draft.zone ?? user.timezone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        </>
      )}
    </>
  );
}
