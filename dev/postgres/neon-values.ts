/**
 * Neon's "SQL over HTTP" in data: what a request may hold, and how values travel. Everything is text on this wire; the
 * driver in the Worker parses it. After `proxy/src/serverless` in neondatabase/neon (json.rs, sql_over_http.rs).
 */
import type { QueryArrayResult } from 'pg';
import * as z from 'zod/mini';

const Query = z.object({
  query: z.string(),
  params: z.optional(z.array(z.unknown())),
  arrayMode: z.optional(z.boolean()),
});
/** One statement with its parameters. */
export type Query = z.infer<typeof Query>;

/** A request: one statement, or several in one transaction. */
export const SqlRequest = z.union([z.object({ queries: z.array(Query) }), Query]);

const ISOLATION = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
} as const;

/** The headers that the driver sends beside a request. */
export const SqlHeaders = z.object({
  'neon-connection-string': z.url(),
  'neon-array-mode': z.optional(z.string()),
  'neon-batch-isolation-level': z.optional(
    z.enum(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable']),
  ),
  'neon-batch-read-only': z.optional(z.string()),
  'neon-batch-deferrable': z.optional(z.string()),
});
export type SqlHeaders = z.infer<typeof SqlHeaders>;

/** The statement that opens a batch's transaction. */
export function beginStatement(headers: SqlHeaders): string {
  const level = headers['neon-batch-isolation-level'];
  return [
    'BEGIN',
    ...(level ? [`ISOLATION LEVEL ${ISOLATION[level]}`] : []),
    ...(headers['neon-batch-read-only'] === 'true' ? ['READ ONLY'] : []),
    ...(headers['neon-batch-deferrable'] === 'true' ? ['DEFERRABLE'] : []),
  ].join(' ');
}

/** A JSON parameter as Postgres text: null stays null, arrays become array literals, objects JSON. */
export function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return toArrayLiteral(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toArrayLiteral(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (item === null) return 'NULL';
    return Array.isArray(item) ? toArrayLiteral(item) : JSON.stringify(toText(item));
  });
  return `{${texts.join(',')}}`;
}

/** A result as the driver expects it. */
export function toReply(result: QueryArrayResult<(string | null)[]>, rowAsArray: boolean): object {
  const fields = result.fields.map((field) => ({
    name: field.name,
    dataTypeID: field.dataTypeID,
    tableID: field.tableID,
    columnID: field.columnID,
    dataTypeSize: field.dataTypeSize,
    dataTypeModifier: field.dataTypeModifier,
    format: 'text',
  }));
  const rows = rowAsArray
    ? result.rows
    : result.rows.map((row) => Object.fromEntries(fields.map((field, at) => [field.name, row[at] ?? null])));
  return { command: result.command, rowCount: result.rowCount, rowAsArray, fields, rows };
}

const ERROR_FIELDS = [
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'severity',
  'where',
  'table',
  'column',
  'schema',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/** A failure as the driver expects it: the message and every field Postgres gave, the others null. */
export function toErrorReply(error: unknown): Record<string, unknown> {
  const given: Record<string, unknown> = error instanceof Error ? { ...error } : {};
  const message = error instanceof Error ? error.message : String(error);
  return { message, ...Object.fromEntries(ERROR_FIELDS.map((field) => [field, given[field] ?? null])) };
}
