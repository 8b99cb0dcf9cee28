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

/** Statements that reach beyond the tables, or that no limit ends. */
const FORBIDDEN =
  /\b(attach|detach|pragma|vacuum|recursive|load_extension|begin|commit|rollback|savepoint|release|trigger|virtual)\b/i;
const OURS = /\b(sqlite_|_cf_|_kept_|schema_migrations)\w*/i;

const CLOSES: Readonly<Record<string, string>> = { "'": "'", '"': '"', '`': '`', '[': ']' };

/** Where what begins at `from` with this quote ends; a doubled quote stands for itself. -1: it does not end. */
function endOfQuoted(sql: string, from: number, close: string): number {
  for (let at = sql.indexOf(close, from + 1); at >= 0; at = sql.indexOf(close, at + 1)) {
    if (close === ']' || sql[at + 1] !== close) return at;
    at += 1;
  }
  return -1;
}

/**
 * The statement with its texts and comments taken out and its quoted names bare, read in one pass as SQLite reads it: a
 * quote in a comment opens nothing, a comment in a text is text. Null when something does not end.
 */
function bareStatement(sql: string): string | null {
  let bare = '';
  for (let at = 0; at < sql.length; at += 1) {
    const char = sql[at] ?? '';
    const two = sql.slice(at, at + 2);
    const close = CLOSES[char];
    let end = at;
    if (two === '--') end = sql.includes('\n', at) ? sql.indexOf('\n', at) : sql.length;
    else if (two === '/*') end = sql.indexOf('*/', at + 2) + 1;
    else if (close !== undefined) end = endOfQuoted(sql, at, close);
    else {
      bare += char;
      continue;
    }
    // A comment may be left open at the end of a statement; here nothing is.
    if (end <= at) return null;
    const isName = close !== undefined && char !== "'";
    bare += isName ? ` ${sql.slice(at + 1, end).replaceAll(/\W/g, '_')} ` : ' ';
    at = end;
  }
  return bare;
}

/** What is wrong with a statement; null when it may be tried. */
export function statementTrouble(sql: string): string | null {
  const bare = bareStatement(sql);
  if (bare === null) return 'A text, a name or a comment does not end.';
  if (/;\s*\S/.test(bare)) return 'One statement a call.';
  const word = FORBIDDEN.exec(bare)?.[1];
  if (word !== undefined) return `${word.toUpperCase()} cannot be used here.`;
  return OURS.test(bare)
    ? 'Names that begin with sqlite_, _cf_, _kept_ or schema_migrations are taken.'
    : null;
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
