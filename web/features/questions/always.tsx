/** "Always, within these bounds": which arguments stay as they are, how often a day, until when. */
import { type FormEvent, useState } from 'react';
import type { Approval } from '#shared/protocol/question.ts';
import type { ArgumentMatch, RuleBounds } from '#shared/protocol/question-requests.ts';

interface Props {
  approval: Approval;
  input: Readonly<Record<string, unknown>>;
  now: number;
  busy: boolean;
  onGrant: (bounds: RuleBounds) => void;
  onBack: () => void;
}

type How = ArgumentMatch['how'];

const DAY = 24 * 60 * 60_000;
const dayAfter = (now: number, days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10);
const isKey = (name: string): boolean => /^idempotency_?key$/i.test(name);

export function AlwaysForm({ approval, input, now, busy, onGrant, onBack }: Props) {
  const tainted = approval.outside.length > 0;
  const names = Object.keys(input).filter((name) => !isKey(name));
  const [how, setHow] = useState<Record<string, How>>({});
  const [templates, setTemplates] = useState<Record<string, string>>({});
  const [perDay, setPerDay] = useState(3);
  const [until, setUntil] = useState(dayAfter(now, 30));
  const grant = (event: FormEvent) => {
    event.preventDefault();
    const matches = names.map((path): ArgumentMatch => {
      const chosen = how[path] ?? 'equals';
      if (chosen === 'any') return { path, how: chosen };
      if (chosen === 'template') return { path, how: chosen, value: templates[path] ?? String(input[path]) };
      return { path, how: chosen, value: input[path] };
    });
    // Until the end of that day, wherever one is.
    onGrant({ matches, perDay, until: new Date(Date.parse(until) + DAY - 1).toISOString() });
  };
  return (
    <form className="always" onSubmit={grant}>
      <p className="muted">
        {tainted
          ? 'Claude has read text from outside. So every argument has to stay as it is, or as a text with * for a few words.'
          : 'Claude may do this without asking, as long as the call fits what you choose here.'}
      </p>
      {names.map((name) => {
        const chosen = how[name] ?? 'equals';
        const isText = typeof input[name] === 'string';
        return (
          <label key={name}>
            {name.replaceAll(/[_-]+/g, ' ')}
            <select
              value={chosen}
              onChange={(event) => setHow({ ...how, [name]: event.target.value as How })}
            >
              <option value="equals">exactly as now</option>
              {isText && <option value="template">this text, with * for a few words</option>}
              {!tainted && <option value="any">anything</option>}
            </select>
            {chosen === 'template' && (
              <textarea
                rows={2}
                value={templates[name] ?? String(input[name])}
                onChange={(event) => setTemplates({ ...templates, [name]: event.target.value })}
              />
            )}
          </label>
        );
      })}
      <div className="bounds">
        <label>
          At most
          <input
            type="number"
            min={1}
            max={100}
            value={perDay}
            onChange={(event) => setPerDay(Number(event.target.value))}
          />
          a day
        </label>
        <label>
          until
          <input
            type="date"
            value={until}
            min={dayAfter(now, 0)}
            onChange={(event) => setUntil(event.target.value)}
          />
        </label>
      </div>
      <footer>
        <button type="submit" className="primary" disabled={busy || perDay < 1 || until === ''}>
          {busy ? 'One moment' : 'Do it, and always within these bounds'}
        </button>
        <button type="button" onClick={onBack}>
          Back
        </button>
      </footer>
    </form>
  );
}
