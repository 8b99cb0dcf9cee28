/** Which deliveries start a run: conditions on the fields of what arrives. */
import type { WebhookCondition } from '#shared/protocol/webhook.ts';

const tests = [
  ['equals', 'is'],
  ['not_equals', 'is not'],
  ['contains', 'contains'],
  ['exists', 'is there'],
  ['one_of', 'is one of'],
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

/** A list as it is typed, with what is still empty in it. */
const listOf = (typed: string) => typed.split(',').flatMap((part) => valueOf(part.trimStart()) ?? part);

const written = ({ value }: WebhookCondition): string =>
  Array.isArray(value) ? value.map(String).join(',') : String(value ?? '');

const read = (is: WebhookCondition['is'], typed: string) =>
  is === 'one_of' ? listOf(typed) : valueOf(typed);

/** Without what was left empty in lists; null for none at all. */
export function tidied(conditions: ReadonlyArray<WebhookCondition>): WebhookCondition[] | null {
  const tidy = conditions.map(({ path, is, value }): WebhookCondition => {
    if (is === 'exists') return { path, is };
    return { path, is, value: Array.isArray(value) ? value.filter((each) => each !== '') : value };
  });
  return tidy.length === 0 ? null : tidy;
}

/** "issue.state is “open”", for a card. */
export function conditionWords(condition: WebhookCondition): string {
  const { path, is, value } = condition;
  const said = (each: unknown) => (typeof each === 'string' ? `“${each}”` : String(each));
  const test = tests.find(([each]) => each === is)?.[1] ?? is;
  const compared =
    is === 'exists' ? '' : ` ${Array.isArray(value) ? value.map(said).join(' or ') : said(value)}`;
  return `${path === '' ? 'the whole text' : path} ${test}${compared}`;
}

export function Conditions({ conditions, onChange }: Props) {
  const change = (at: number, part: Partial<WebhookCondition>) =>
    onChange(conditions.map((each, index) => (index === at ? { ...each, ...part } : each)));
  const choose = (at: number, is: WebhookCondition['is']) =>
    change(at, { is, value: read(is, written(conditions[at] ?? { path: '', is })) });
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
            onChange={({ target }) => choose(at, tests.find(([is]) => is === target.value)?.[0] ?? 'equals')}
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
              placeholder={condition.is === 'one_of' ? 'open, reopened' : 'open'}
              value={written(condition)}
              autoComplete="off"
              onChange={({ target }) => change(at, { value: read(condition.is, target.value) })}
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
        {conditions.length === 0 ? 'Every delivery. Add a condition' : 'Add another condition'}
      </button>
    </fieldset>
  );
}
