/** Which deliveries start work: conditions over the body, without any code of the user's. */
import type { WebhookCondition, WebhookFilter } from '#shared/protocol/webhook.ts';

/** Parts of a path: what nests deeper is nothing that a person writes a condition for. */
const MAX_PARTS = 12;

/** A body as conditions see it. */
export interface Body {
  text: string;
  /** Parsed JSON, or the fields of a form; null when it is neither. */
  value: unknown;
  /** A form has only text: there a number is compared as it is written. */
  isForm?: boolean;
}

/** Own fields and places of lists only: nothing is ever inherited. */
function at(value: unknown, path: string): unknown {
  const parts = path.split('.');
  if (parts.length > MAX_PARTS) return undefined;
  let here = value;
  for (const part of parts) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = Reflect.get(here, part);
  }
  return here;
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

function holds({ path, is, value }: WebhookCondition, body: Body): boolean {
  const found = path === '' ? body.text : at(body.value, path);
  const isThis = (wanted: unknown): boolean =>
    found === wanted || (body.isForm === true && found === asText(wanted));
  switch (is) {
    case 'exists':
      return found !== undefined;
    case 'equals':
      return isThis(value);
    case 'not_equals':
      return !isThis(value);
    case 'contains':
      if (Array.isArray(found)) return found.includes(value);
      return found !== undefined && typeof value === 'string' && asText(found).includes(value);
    case 'one_of':
      return Array.isArray(value) && value.some(isThis);
    default:
      return is satisfies never;
  }
}

/** Whether all conditions hold. No filter lets everything through. */
export const passes = (filter: WebhookFilter | null, body: Body): boolean =>
  filter === null || filter.every((condition) => holds(condition, body));

/** A verified body, parsed if it says what it is. */
export function bodyOf(text: string, contentType: string | null): Body {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') {
    const fields = Object.fromEntries(new URLSearchParams(text));
    return { text, value: fields, isForm: true };
  }
  try {
    const value: unknown = JSON.parse(text);
    return { text, value };
  } catch {
    return { text, value: null };
  }
}
