/** "Always, within these bounds": which arguments stay as they are, how often a day, until when. */
import { type FormEvent, useState } from 'react';
import { ownKeyIn } from '#shared/core/tools/argument-path.ts';
import { type OpenBound, openBounds } from '#shared/core/tools/open-bounds.ts';
import type { Approval } from '#shared/protocol/question.ts';
import type { ArgumentMatch, RuleBounds } from '#shared/protocol/question-requests.ts';
import { labelOf } from '#web/features/tools/arguments.tsx';

interface Props {
  approval: Pick<Approval, 'outside' | 'input' | 'callId'>;
  /** As it would be made now: edited, perhaps. */
  input: Readonly<Record<string, unknown>>;
  now: number;
  busy: boolean;
  /** @param open the arguments that leave open whom it reaches, each confirmed */
  onGrant: (bounds: RuleBounds, open: string[]) => void;
  onBack: () => void;
}

type How = ArgumentMatch['how'];

const DAY = 24 * 60 * 60_000;
const dayAfter = (now: number, days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10);

const quoted = (paths: ReadonlyArray<string>): string =>
  paths.map((path) => `“${path.replaceAll(/[_-]+/g, ' ')}”`).join(', ');

/** What a rule lets Claude do that has nobody, or no machine, in particular in view. */
function openWords(open: ReadonlyArray<OpenBound>): string {
  const named = (reach: OpenBound['reach'], within: string | null = null) =>
    quoted(open.filter((each) => each.reach === reach && each.within === within).map(({ path }) => path));
  const domains = new Set(open.flatMap(({ within }) => within ?? []));
  const [people, hosts, anything] = [named('people'), named('hosts'), named('anything')];
  return [
    people === '' ? '' : `This lets it write to anybody (${people} is open).`,
    ...[...domains].map(
      (domain) => `This lets it write to anybody at ${domain} (${named('people', domain)} is open).`,
    ),
    hosts === '' ? '' : `This lets it reach any machine on the internet (${hosts} is open).`,
    anything === '' ? '' : `This lets it choose ${anything}, which may decide whom it reaches.`,
  ]
    .filter((each) => each !== '')
    .join(' ');
}

export function AlwaysForm({ approval, input, now, busy, onGrant, onBack }: Props) {
  const tainted = approval.outside.length > 0;
  const ownKey = ownKeyIn(approval);
  const names = Object.keys(input).filter((name) => name !== ownKey);
  const [how, setHow] = useState<Record<string, How>>({});
  const [templates, setTemplates] = useState<Record<string, string>>({});
  const [perDay, setPerDay] = useState(3);
  const [until, setUntil] = useState(dayAfter(now, 30));
  const matches = names.map((path): ArgumentMatch => {
    const chosen = how[path] ?? 'equals';
    if (chosen === 'any') return { path, how: chosen };
    if (chosen === 'template') return { path, how: chosen, value: templates[path] ?? String(input[path]) };
    return { path, how: chosen, value: input[path] };
  });
  const open = openBounds(input, matches);
  // What was confirmed is what stands there: with other words it is asked again.
  const asked = JSON.stringify(matches.filter(({ path }) => open.some((each) => each.path === path)));
  const [confirmed, confirm] = useState('');
  const grant = (event: FormEvent) => {
    event.preventDefault();
    // Until the end of that day, wherever one is.
    const bounds = { matches, perDay, until: new Date(Date.parse(until) + DAY - 1).toISOString() };
    onGrant(
      bounds,
      open.map(({ path }) => path),
    );
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
            {labelOf(name)}
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
      {open.length > 0 && (
        <label className="open-bound">
          <input
            type="checkbox"
            checked={confirmed === asked}
            onChange={({ target }) => confirm(target.checked ? asked : '')}
          />
          <span>
            <b>{openWords(open)}</b> It will not ask first.
          </span>
        </label>
      )}
      <footer>
        <button
          type="submit"
          className="primary"
          disabled={busy || perDay < 1 || until === '' || (open.length > 0 && confirmed !== asked)}
        >
          {busy ? 'One moment' : 'Do it, and always within these bounds'}
        </button>
        <button type="button" onClick={onBack}>
          Back
        </button>
      </footer>
    </form>
  );
}
