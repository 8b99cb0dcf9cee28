/** Arguments of a call, laid out for people: a label and its value, long text in full. */
import './arguments.css';

/** "Reply to" for `reply_to`. */
export const labelOf = (name: string): string => {
  const plain = name.replaceAll(/[_-]+/g, ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

/** Words that can stand between commas and still be told apart. */
const isWord = (value: unknown): boolean =>
  typeof value === 'string' && value === value.trim() && /^[^,\n]+$/.test(value);

/** Nobody approves what they cannot read: plain lists are words, and only what is nested stays as it is sent. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isWord)) return value.join(', ');
  return JSON.stringify(value, null, 2) ?? '';
}

/** Keys that make a repeat harmless say nothing to anybody. */
const isNoise = (name: string): boolean => /^idempotency_?key$/i.test(name);

interface Props {
  input: Readonly<Record<string, unknown>>;
  /** What stood there before: what changed is shown beside it. */
  before?: Readonly<Record<string, unknown>> | null;
}

export function Arguments({ input, before = null }: Props) {
  const names = Object.keys(input).filter((name) => !isNoise(name));
  if (names.length === 0) return <p className="muted">No arguments.</p>;
  return (
    <dl className="arguments">
      {names.map((name) => {
        const now = shown(input[name]);
        const was = before === null ? now : name in before ? shown(before[name]) : '';
        return (
          <div key={name}>
            <dt>{labelOf(name)}</dt>
            <dd>
              {was !== now && <del>{was}</del>}
              {was === now ? now : <ins>{now}</ins>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
