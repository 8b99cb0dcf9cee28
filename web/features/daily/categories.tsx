/** Rules by category: what the lead may plan, what waits for a yes, what it may cost. */
import type { CategoryRule } from '#shared/protocol/daily.ts';

const rules: ReadonlyArray<{ value: CategoryRule['rule']; label: string }> = [
  { value: 'allow', label: 'May be done' },
  { value: 'approve', label: 'Only after my yes' },
  { value: 'forbid', label: 'Not wanted' },
];

interface Props {
  rules: ReadonlyArray<CategoryRule>;
  set: (rules: CategoryRule[]) => void;
}

export function Categories({ rules: known, set }: Props) {
  const change = (at: number, part: Partial<CategoryRule>) =>
    set(known.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <div className="daily-field" role="group" aria-label="Rules by category">
      <b>Rules by category</b>
      {known.map((each, at) => (
        // Rows have no name of their own until one is typed.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="category">
          <input
            aria-label="Category"
            placeholder="mail"
            value={each.name}
            maxLength={40}
            required
            onChange={({ target }) => change(at, { name: target.value })}
          />
          <select
            aria-label={`What may happen with ${each.name || 'it'}`}
            value={each.rule}
            onChange={({ target }) =>
              change(at, { rule: rules.find(({ value }) => value === target.value)?.value ?? 'allow' })
            }
          >
            {rules.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <input
            type="number"
            aria-label={`Dollars for ${each.name || 'it'}`}
            placeholder="$ limit"
            min={0}
            max={1_000}
            step={0.1}
            value={each.costLimit ?? ''}
            onChange={({ target }) =>
              change(at, { costLimit: target.value === '' ? null : Number(target.value) })
            }
          />
          <button type="button" onClick={() => set(known.filter((_each, index) => index !== at))}>
            Remove
          </button>
        </div>
      ))}
      {known.length < 20 && (
        <button type="button" onClick={() => set([...known, { name: '', rule: 'approve', costLimit: null }])}>
          Add a rule
        </button>
      )}
    </div>
  );
}
