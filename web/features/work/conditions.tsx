/** Which deliveries start a run: conditions on the fields of what arrives. */
import type { WebhookCondition } from '#shared/protocol/webhook.ts';

const tests = [
  ['equals', 'is'],
  ['not_equals', 'is not'],
  ['contains', 'contains'],
  ['exists', 'is there'],
] as const;

interface Props {
  conditions: WebhookCondition[];
  onChange: (conditions: WebhookCondition[]) => void;
}

/** Numbers and truths are what they are in JSON; everything else is text. */
export function valueOf(typed: string): string | number | boolean | null {
  const text = typed.trim();
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return text !== '' && String(Number(text)) === text ? Number(text) : typed;
}

export function Conditions({ conditions, onChange }: Props) {
  const change = (at: number, part: Partial<WebhookCondition>) =>
    onChange(conditions.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <fieldset className="conditions">
      <legend>Only when</legend>
      {conditions.map((condition, at) => (
        // Conditions have no identity of their own; their place is it.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at}>
          <input
            aria-label="Field"
            placeholder="issue.state"
            value={condition.path}
            autoComplete="off"
            onChange={({ target }) => change(at, { path: target.value })}
          />
          <select
            aria-label="Condition"
            value={condition.is}
            onChange={({ target }) =>
              change(at, { is: tests.find(([is]) => is === target.value)?.[0] ?? 'equals' })
            }
          >
            {tests.map(([is, label]) => (
              <option key={is} value={is}>
                {label}
              </option>
            ))}
          </select>
          {condition.is !== 'exists' && (
            <input
              aria-label="Value"
              placeholder="open"
              value={String(condition.value ?? '')}
              autoComplete="off"
              onChange={({ target }) => change(at, { value: valueOf(target.value) })}
            />
          )}
          <button type="button" onClick={() => onChange(conditions.filter((_, index) => index !== at))}>
            Remove
          </button>
        </div>
      ))}
      <button
        type="button"
        className="link"
        onClick={() => onChange([...conditions, { path: '', is: 'equals', value: '' }])}
      >
        {conditions.length === 0 ? 'Every delivery. Add a condition' : 'And'}
      </button>
    </fieldset>
  );
}
