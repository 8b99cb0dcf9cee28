/** The projection of the activity log: for operators, and for what outlives a user's object. */
import type { AuditEntry } from '#shared/protocol/security.ts';
import { ask, type Database } from './client.ts';
import { audit } from './schema.ts';

/** Adds lines of a user. A line that is there already stays as it is. */
export async function projectAudit(
  database: Database,
  userId: string,
  entries: ReadonlyArray<Pick<AuditEntry, 'id' | 'at' | 'action' | 'detail' | 'device' | 'place'>>,
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ at, ...entry }) => ({ ...entry, userId, at: new Date(at) }));
  await ask(database.insert(audit).values(rows).onConflictDoNothing());
}
