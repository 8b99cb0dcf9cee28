/** Records: a small SQL store of the person's own, shared by all their conversations. */
import * as z from 'zod/mini';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, list, object, text } from './schema.ts';

export const Statement = z.object({
  sql: z.string().check(z.minLength(1), z.maxLength(8_000)),
  params: z.optional(
    z.nullable(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).check(z.maxLength(100))),
  ),
});

const inputSchema = object(
  {
    sql: text('One SQLite statement, with ? for each parameter.'),
    params: list({ type: ['string', 'number', 'boolean', 'null'] }, 'The parameters in order.'),
  },
  ['sql'],
);

/**
 * Statements that reach beyond the tables, or that no limit ends. Read without strings and comments, so that neither
 * hides a word.
 */
const FORBIDDEN =
  /\b(attach|detach|pragma|vacuum|recursive|load_extension|begin|commit|rollback|savepoint|release|trigger|virtual)\b/i;
const OURS = /\b(sqlite_|_cf_|_kept_|schema_migrations)\w*/i;

/** What is wrong with a statement; null when it may be tried. */
export function statementTrouble(sql: string): string | null {
  const bare = sql.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  if (/;\s*\S/.test(bare.replaceAll(/;\s*$/g, ''))) return 'One statement a call.';
  const word = FORBIDDEN.exec(bare)?.[1];
  if (word !== undefined) return `${word.toUpperCase()} cannot be used here.`;
  return OURS.test(bare) ? 'Names that begin with sqlite_, _cf_ or _kept_ are taken.' : null;
}

const check: BuiltinSpec['check'] = (input) =>
  checkWith(Statement, input) ?? statementTrouble(String(input['sql']));

export const recordsQuery: BuiltinSpec = {
  name: 'records_query',
  title: 'Look into your records',
  description:
    'Read the records with a SELECT (SQLite): rows as JSON, at most 200. `SELECT name, sql FROM tables` lists what there is.',
  inputSchema,
  check,
  risk: () => 'read',
  repeatable: true,
};

export const recordsWrite: BuiltinSpec = {
  name: 'records_write',
  title: 'Keep records',
  description:
    'Change the records with CREATE TABLE, INSERT, UPDATE, DELETE (SQLite). For lists that grow over time: expenses, contacts, measurements. At most 10 MB.',
  inputSchema,
  check,
  risk: () => 'store',
  repeatable: true,
};
