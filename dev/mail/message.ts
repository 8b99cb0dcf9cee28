/**
 * What may be sent: the body of `POST /emails` (resend.com/docs/api-reference/emails/send-email), checked as Resend
 * checks it. Fields that the app has no use for (attachments, templates, times to send at) are refused, not ignored: a
 * mail that silently loses a part here would look right.
 */
import * as z from 'zod/mini';

const MAX_RECIPIENTS = 50;
const ADDRESS = /^(?:[^<>\r\n]{1,200} <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/;

const Address = z.string().check(z.regex(ADDRESS));
const Addresses = z.union([
  z.pipe(
    Address,
    z.transform((one) => [one]),
  ),
  z.array(Address).check(z.minLength(1), z.maxLength(MAX_RECIPIENTS)),
]);

const Sendable = z.strictObject({
  from: Address,
  to: Addresses,
  subject: z.string().check(z.minLength(1), z.regex(/^[^\r\n]*$/)),
  text: z.optional(z.string()),
  html: z.optional(z.string()),
  cc: z.optional(Addresses),
  bcc: z.optional(Addresses),
  reply_to: z.optional(Addresses),
  headers: z.optional(z.record(z.string(), z.string())),
  tags: z.optional(
    z.array(z.object({ name: z.string().check(z.regex(/^[\w-]{1,256}$/)), value: z.string() })),
  ),
});
export type Sendable = z.infer<typeof Sendable>;

const ADDRESS_FORM =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';

/** The mail in a body, or what is wrong with it in Resend's words. */
export function readSendable(
  body: unknown,
):
  | { ok: true; mail: Sendable }
  | { ok: false; name: 'missing_required_field' | 'validation_error'; message: string } {
  const parsed = Sendable.safeParse(body);
  if (!parsed.success) return { ok: false, ...wordsFor(body, parsed.error.issues[0]) };
  const { text, html } = parsed.data;
  if (!text && !html)
    return { ok: false, name: 'missing_required_field', message: 'Missing `html` or `text` field.' };
  return { ok: true, mail: parsed.data };
}

function wordsFor(body: unknown, issue: z.core.$ZodIssue | undefined) {
  if (issue?.code === 'unrecognized_keys')
    return invalid(`The local capture does not take the field \`${issue.keys[0] ?? ''}\`.`);
  const field = issue?.path[0];
  if (field === undefined) return invalid('The request body must be a JSON object.');
  const isThere = typeof body === 'object' && body !== null && Object.hasOwn(body, field);
  if (!isThere)
    return { name: 'missing_required_field' as const, message: `Missing \`${String(field)}\` field.` };
  const isAddress = ['from', 'to', 'cc', 'bcc', 'reply_to'].includes(String(field));
  return invalid(`Invalid \`${String(field)}\` field.${isAddress ? ` ${ADDRESS_FORM}` : ''}`);
}

const invalid = (message: string) => ({ name: 'validation_error' as const, message });

/** `Ada <ada@example.com>` and `ada@example.com` are the same place; capitals make no other. */
export const bareAddress = (address: string): string =>
  (/<([^<>]+)>$/.exec(address)?.[1] ?? address).trim().toLowerCase();
