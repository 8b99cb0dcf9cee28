/**
 * Which conversations a session or key watches over a socket or an event stream, so that ending it can end those too.
 * The nonce tells an old ending of a watch from a newer watch that overtook it.
 */

export interface Ending {
  credentialId: string;
  conversationId: string;
}

type Row = { credential_id: string; conversation_id: string };

export class WatchStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(credentialId: string, conversationId: string, nonce: number): void {
    this.#sql.exec(
      `INSERT INTO watches (credential_id, conversation_id, nonce) VALUES (?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET nonce = max(nonce, excluded.nonce)`,
      credentialId,
      conversationId,
      nonce,
    );
  }

  /** The last stream of this watch closed; one that began later stays. */
  remove(credentialId: string, conversationId: string, nonce: number): void {
    this.#sql.exec(
      'DELETE FROM watches WHERE credential_id = ? AND conversation_id = ? AND nonce <= ?',
      credentialId,
      conversationId,
      nonce,
    );
  }

  /** Everything this credential watches has to be told that it ended; null means every credential. */
  end(credentialId: string | null): void {
    this.#sql.exec('UPDATE watches SET ending = 1 WHERE ?1 IS NULL OR credential_id = ?1', credentialId);
  }

  /** What has to be told and was not yet. */
  endings(): Ending[] {
    return this.#sql
      .exec<Row>('SELECT credential_id, conversation_id FROM watches WHERE ending = 1')
      .toArray()
      .map((row) => ({ credentialId: row.credential_id, conversationId: row.conversation_id }));
  }

  told({ credentialId, conversationId }: Ending): void {
    this.#sql.exec(
      'DELETE FROM watches WHERE credential_id = ? AND conversation_id = ?',
      credentialId,
      conversationId,
    );
  }
}
