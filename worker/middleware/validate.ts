/** Holds a value against a schema and says in plain words, field by field, what is wrong with it. */
import type * as z from 'zod/mini';
import type { FieldError } from './problems.ts';

const MAX_ERRORS = 20;

type Issue = z.core.$ZodRawIssue;

/** Words for what the schemas do not word themselves. zod's own come with a locale of 2 KiB. */
function wordsFor(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${article(issue.expected)}`;
    case 'too_small':
      return `must have at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `must have at most ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return 'is not a field of this request';
    default:
      return 'is not valid';
  }
}

const article = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
const unit = (origin: string): string => (origin === 'string' ? ' characters' : '');

/** What fields are called here. A key that somebody sent may be anything, also a secret that slipped in as one. */
const FIELD = /^[a-z]{1,20}(?:[A-Z][a-z]{1,20}){0,3}$/;

const segment = (key: PropertyKey): string =>
  typeof key === 'number' || FIELD.test(String(key)) ? String(key) : '(a field)';

const pathOf = (path: ReadonlyArray<PropertyKey>): string => path.map(segment).join('.').slice(0, 100);

export type Checked<Output> = { ok: true; value: Output } | { ok: false; errors: FieldError[] };

/** The value as the schema wants it, or what is wrong with it (at most 20 errors). */
export function validate<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
): Checked<z.infer<Schema>> {
  const result = schema.safeParse(value, { error: wordsFor });
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.flatMap(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...path, key]), message }))
      : [{ path: pathOf(path), message }],
  );
  return { ok: false, errors: errors.slice(0, MAX_ERRORS) };
}
