/** When and how the daily run goes. */
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { CategoryRule, DailySettings } from '#shared/protocol/daily.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { useUser } from '#web/app/signed-in.ts';
import { daily, settingsQuery } from '#web/data/daily.ts';
import { amend, useFresh } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault, Loading } from '#web/features/settings/section.tsx';
import { whenWords } from '#web/features/work/work-words.ts';
import { useNow } from '#web/ui/use-now.ts';
import { zones } from '#web/ui/zones.ts';
import { Categories } from './categories.tsx';
import '#web/ui/fields.css';

type Set = (change: Partial<DailySettings>) => void;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** The week begins on Monday. */
const week = [1, 2, 3, 4, 5, 6, 0];

function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="daily-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint && <p className="muted">{hint}</p>}
    </div>
  );
}

/** A number, or nothing where nothing means no limit. */
function Amount(props: {
  label: string;
  hint?: string;
  value: number | null;
  min: number;
  max: number;
  step?: number;
  set: (value: number | null) => void;
}) {
  const { label, hint, value, min, max, step = 1, set } = props;
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(id) => (
        <input
          id={id}
          type="number"
          inputMode="decimal"
          min={min}
          max={max}
          step={step}
          value={value ?? ''}
          onChange={({ target }) => set(target.value === '' ? null : Number(target.value))}
        />
      )}
    </Field>
  );
}

function When({ draft, set }: { draft: DailySettings; set: Set }) {
  const { timezone } = useUser();
  return (
    <fieldset>
      <legend>When</legend>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={({ target }) => set({ enabled: target.checked })}
        />
        Begin by itself
      </label>
      {draft.cron === null ? (
        <>
          <Field label="Begins at">
            {(id) => (
              <span className="start-time">
                <input
                  id={id}
                  type="time"
                  required
                  value={draft.start}
                  onChange={({ target }) => target.value && set({ start: target.value })}
                />
                {['08:00', '10:00'].map((start) => (
                  <button
                    key={start}
                    type="button"
                    aria-pressed={draft.start === start}
                    onClick={() => set({ start })}
                  >
                    {start}
                  </button>
                ))}
              </span>
            )}
          </Field>
          <div className="weekdays" role="group" aria-label="Days">
            {week.map((day) => (
              <label key={day}>
                <input
                  type="checkbox"
                  checked={draft.days.includes(day)}
                  onChange={({ target }) =>
                    set({
                      days: target.checked ? [...draft.days, day] : draft.days.filter((each) => each !== day),
                    })
                  }
                />
                {days[day]}
              </label>
            ))}
          </div>
        </>
      ) : (
        <Field
          label="Cron rule"
          hint="Five fields: minute, hour, day, month, weekday. At most one run a day."
        >
          {(id) => (
            <input
              id={id}
              className="code"
              value={draft.cron ?? ''}
              maxLength={200}
              onChange={({ target }) => set({ cron: target.value })}
            />
          )}
        </Field>
      )}
      <button
        type="button"
        className="link"
        onClick={() =>
          set({ cron: draft.cron === null ? `0 ${Number(draft.start.slice(0, 2))} * * 1-5` : null })
        }
      >
        {draft.cron === null ? 'Write it as a cron rule' : 'Choose time and days'}
      </button>
      <Field label="Time zone">
        {(id) => (
          <select
            id={id}
            value={draft.timezone ?? ''}
            onChange={({ target }) => set({ timezone: target.value === '' ? null : target.value })}
          >
            <option value="">Mine, wherever I am ({timezone.replaceAll('_', ' ')})</option>
            {zones(draft.timezone ?? timezone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Amount
        label="Minutes"
        hint="At the end everything stops, whatever goes on, and the report goes out."
        value={draft.windowMinutes}
        min={15}
        max={220}
        set={(value) => set({ windowMinutes: value ?? 180 })}
      />
    </fieldset>
  );
}

function What({ draft, set }: { draft: DailySettings; set: Set }) {
  return (
    <fieldset>
      <legend>What</legend>
      <Field label="What I want of the day" hint="The lead reads this before it plans.">
        {(id) => (
          <textarea
            id={id}
            rows={4}
            value={draft.style}
            maxLength={4_000}
            placeholder="Mail first. Nothing about work at weekends."
            onChange={({ target }) => set({ style: target.value })}
          />
        )}
      </Field>
      <Categories rules={draft.categories} set={(categories: CategoryRule[]) => set({ categories })} />
      <label className="check">
        <input
          type="checkbox"
          checked={draft.nodMinutes !== null}
          onChange={({ target }) => set({ nodMinutes: target.checked ? 10 : null })}
        />
        The plan waits for my nod
      </label>
      {draft.nodMinutes !== null && (
        <Amount
          label="It starts without me after so many minutes"
          value={draft.nodMinutes}
          min={1}
          max={120}
          set={(value) => set({ nodMinutes: value ?? 10 })}
        />
      )}
    </fieldset>
  );
}

function Limits({ draft, set }: { draft: DailySettings; set: Set }) {
  return (
    <fieldset>
      <legend>Limits</legend>
      <Amount
        label="Dollars a day"
        hint="Empty for no limit. When it is used up, nothing more is begun."
        value={draft.budget}
        min={0}
        max={1_000}
        step={0.5}
        set={(budget) => set({ budget })}
      />
      <Amount
        label="Sub-agents at the same time"
        value={draft.parallel}
        min={1}
        max={8}
        set={(value) => set({ parallel: value ?? 3 })}
      />
      <Amount
        label="Tokens for each"
        value={draft.tokenBudget}
        min={10_000}
        max={5_000_000}
        step={10_000}
        set={(value) => set({ tokenBudget: value ?? 300_000 })}
      />
      <Amount
        label="Days that past tasks are kept"
        value={draft.keepDays}
        min={1}
        max={730}
        set={(value) => set({ keepDays: value ?? 90 })}
      />
    </fieldset>
  );
}

/** Which field the server has something against. */
function saysOf(error: unknown): string | null {
  if (!(error instanceof ProblemError)) return null;
  const [field] = error.errors;
  if (field) return `${field.path}: ${field.message}`;
  return error.code === 'bad_schedule' ? error.message : null;
}

function Form({ known, nextStartAt }: { known: DailySettings; nextStartAt: string | null }) {
  const { timezone } = useUser();
  const now = useNow();
  const [draft, setDraft] = useState(known);
  const [saved, setSaved] = useState(false);
  const action = useAction(saysOf);
  const set: Set = (change) => {
    setSaved(false);
    setDraft((before) => ({ ...before, ...change }));
  };
  const changed = JSON.stringify(draft) !== JSON.stringify(known);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const done = await action.run(async () => {
      const next = await daily.call('setDailySettings', { body: draft });
      amend(settingsQuery, () => next);
      setDraft(next.settings);
    });
    setSaved(done);
  };
  return (
    <form className="daily-settings" onSubmit={(event) => void save(event)}>
      <When draft={draft} set={set} />
      <What draft={draft} set={set} />
      <Limits draft={draft} set={set} />
      <Fault text={action.fault} />
      <div className="verbs save">
        <button
          type="submit"
          className="primary"
          disabled={!changed || action.busy || draft.days.length === 0}
        >
          Save
        </button>
        {changed && (
          <button type="button" onClick={() => setDraft(known)}>
            Leave it as it was
          </button>
        )}
        <span role="status" className="muted">
          {saved && !changed
            ? nextStartAt === null
              ? 'Saved. It does not begin by itself.'
              : `Saved. The next run begins ${whenWords(nextStartAt, timezone, now)}.`
            : draft.days.length === 0
              ? 'Choose at least one day.'
              : ''}
        </span>
      </div>
    </form>
  );
}

export function DailySettingsForm() {
  const { data, error, refetch } = useFresh(settingsQuery);
  if (!data) return <Loading error={error} refetch={refetch} label="settings" />;
  return <Form known={data.settings} nextStartAt={data.nextStartAt} />;
}
