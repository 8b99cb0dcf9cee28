/** Mail that has to go out. What a token in it opens is sealed: whoever reads the table cannot follow the link. */

export interface QueuedMail {
  id: string;
  recipient: string;
  /** `MailContent` as JSON, without its token. */
  content: string;
  /** The token, sealed by the vault. */
  sealed: string | null;
  expiresAt: number;
}

type Row = {
  id: string;
  recipient: string;
  content: string;
  sealed: string | null;
  expires_at: number;
  attempts: number;
};

const FIRST_MS = 5_000;
const LONGEST_MS = 60 * 60_000;
/** How long a try may take until it counts as lost with its process. */
const CLAIM_MS = 60_000;
const AT_ONCE = 10;
/** Questions live for 30 days at most; afterwards nobody brings them to mind. */
const REMINDED_MS = 90 * 24 * 60 * 60_000;

const mailOf = ({ expires_at, attempts: _attempts, ...row }: Row): QueuedMail => ({
  ...row,
  expiresAt: expires_at,
});

export class MailStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(mail: QueuedMail, now: number): void {
    this.#sql.exec(
      `INSERT INTO mails (id, recipient, content, sealed, created_at, expires_at, due_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      mail.id,
      mail.recipient,
      mail.content,
      mail.sealed,
      now,
      mail.expiresAt,
      now,
    );
  }

  /** Claims what is due, before it is tried: a try that kills the process must count too. Drops what came too late. */
  claimDue(now: number): QueuedMail[] {
    this.#sql.exec('DELETE FROM mails WHERE expires_at <= ?', now);
    const rows = this.#sql
      .exec<Row>(
        `SELECT id, recipient, content, sealed, expires_at, attempts FROM mails
         WHERE due_at <= ? ORDER BY due_at, id LIMIT ?`,
        now,
        AT_ONCE,
      )
      .toArray();
    for (const { id } of rows)
      this.#sql.exec('UPDATE mails SET attempts = attempts + 1, due_at = ? WHERE id = ?', now + CLAIM_MS, id);
    return rows.map(mailOf);
  }

  /** It could not be sent now: later and later, at most an hour apart. */
  putOff(id: string, now: number): void {
    this.#sql.exec(
      `UPDATE mails SET due_at = ?1 + min(?2 * (1 << min(attempts, 20)), ?3) WHERE id = ?4`,
      now,
      FIRST_MS,
      LONGEST_MS,
      id,
    );
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM mails WHERE id = ?', id);
  }

  clear(): void {
    this.#sql.exec('DELETE FROM mails');
  }

  /** Notes that a question was brought to mind. False when that had happened already. */
  remind(questionId: string, now: number): boolean {
    this.#sql.exec('DELETE FROM reminded WHERE at < ?', now - REMINDED_MS);
    const noted = this.#sql.exec(
      'INSERT INTO reminded (question_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING at',
      questionId,
      now,
    );
    return noted.toArray().length > 0;
  }

  /** When the next mail is tried again that failed before. */
  nextRetry(): number | null {
    return this.#sql
      .exec<{ due: number | null }>('SELECT min(due_at) AS due FROM mails WHERE attempts > 1')
      .one().due;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM mails').one().due;
  }

  /** Everything that is sealed, for the rotation of the vault's keys. */
  sealed(): Array<{ id: string; sealed: string }> {
    return this.#sql
      .exec<{ id: string; sealed: string }>('SELECT id, sealed FROM mails WHERE sealed IS NOT NULL')
      .toArray();
  }

  reseal(id: string, before: string, after: string): void {
    this.#sql.exec('UPDATE mails SET sealed = ? WHERE id = ? AND sealed = ?', after, id, before);
  }
}
