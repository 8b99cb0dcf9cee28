/**
 * The table of acts that showed somebody the secret of a webhook, so that the same act is answered as before: its answer
 * may have been lost. A secret stands here sealed, and only for as long as it may be shown again.
 */
import { actKnownMs, type ShownAct, shownAgainMs } from '#shared/core/webhooks/secrets.ts';

/** Acts that a conversation keeps at most. */
const keptActs = 200;

export interface KeptAct extends ShownAct {
  actId: string;
  /** Sealed; null where none was made, or it is shown no more. */
  secret: string | null;
}

interface Row extends Record<string, SqlStorageValue> {
  webhook_id: string;
  credential_id: string;
  request: string;
  secret: string | null;
  at: number;
}

export class ShownSecrets {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** An act that was carried out; null for one that was not, or longer ago than is known. */
  find(actId: string, now: number): KeptAct | null {
    const [row] = this.#sql
      .exec<Row>('SELECT * FROM shown_secrets WHERE act_id = ? AND at > ?', actId, now - actKnownMs)
      .toArray();
    if (row === undefined) return null;
    const { webhook_id: webhookId, credential_id: credentialId, request, secret, at } = row;
    return { actId, webhookId, credentialId, request, secret, at };
  }

  /** Keeps an act; inside the transaction that carries it out. */
  keep({ actId, webhookId, credentialId, request, secret, at }: KeptAct): void {
    this.sweep(at);
    this.#sql.exec(
      `INSERT OR REPLACE INTO shown_secrets (act_id, webhook_id, credential_id, request, secret, at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      actId,
      webhookId,
      credentialId,
      request,
      secret,
      at,
    );
    this.#sql.exec('DELETE FROM shown_secrets WHERE at <= ?', at - actKnownMs);
    this.#sql.exec(
      `DELETE FROM shown_secrets WHERE act_id NOT IN (
         SELECT act_id FROM shown_secrets ORDER BY at DESC, act_id DESC LIMIT ?)`,
      keptActs,
    );
  }

  /** Takes away what may be shown no more. Writes nothing where there is nothing. */
  sweep(now: number): void {
    this.#sql.exec(
      'UPDATE shown_secrets SET secret = NULL WHERE secret IS NOT NULL AND at <= ?',
      now - shownAgainMs,
    );
  }

  /** With its webhook. */
  forget(webhookId: string): void {
    this.#sql.exec('DELETE FROM shown_secrets WHERE webhook_id = ?', webhookId);
  }
}
