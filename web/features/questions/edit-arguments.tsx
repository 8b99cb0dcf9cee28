/** Changes the arguments of a call before the yes: texts as text, null as what is typed, everything else as JSON. */
import { type FormEvent, useState } from 'react';
import { labelOf } from '#web/features/tools/arguments.tsx';

interface Props {
  input: Readonly<Record<string, unknown>>;
  /** One that stays as it is. */
  fixed?: string | undefined;
  onDone: (input: Record<string, unknown>) => void;
  onBack: () => void;
}

const written = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** What is typed where nothing was: a model says "not this" with null, whatever else it could be. */
function typed(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the fields say; the name of the first that is no JSON otherwise. */
export function readFields(
  input: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, string>>,
): { ok: true; input: Record<string, unknown> } | { ok: false; name: string } {
  const result: Record<string, unknown> = {};
  for (const [name, before] of Object.entries(input)) {
    const text = fields[name] ?? written(before);
    if (typeof before === 'string') result[name] = text;
    else if (before === null) result[name] = typed(text);
    else {
      try {
        result[name] = JSON.parse(text);
      } catch {
        return { ok: false, name };
      }
    }
  }
  return { ok: true, input: result };
}

export function EditArguments({ input, fixed, onDone, onBack }: Props) {
  const [fields, setFields] = useState<Record<string, string>>({});
  const [bad, setBad] = useState<string | null>(null);
  const done = (event: FormEvent) => {
    event.preventDefault();
    const read = readFields(input, fields);
    if (read.ok) onDone(read.input);
    else setBad(read.name);
  };
  const names = Object.keys(input).filter((name) => name !== fixed && !/^idempotency_?key$/i.test(name));
  return (
    <form className="edit" onSubmit={done}>
      {names.map((name) => {
        const value = fields[name] ?? written(input[name]);
        return (
          <label key={name}>
            {labelOf(name)}
            <textarea
              rows={Math.min(10, value.split('\n').length + Math.floor(value.length / 80))}
              value={value}
              placeholder={input[name] === null ? 'Nothing' : undefined}
              aria-invalid={bad === name}
              onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
            />
            {bad === name && <span className="danger">This is not valid JSON.</span>}
          </label>
        );
      })}
      <footer>
        <button type="submit" className="primary">
          Use these
        </button>
        <button type="button" onClick={onBack}>
          Back
        </button>
      </footer>
    </form>
  );
}
