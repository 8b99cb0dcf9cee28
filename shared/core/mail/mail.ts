/** A mail as it leaves, and the port that takes it to somebody who can deliver it. */

export interface Mail {
  /** The receiver of the call knows it again: the same id is the same mail, and goes out once. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** `retry`: it may work later. `code`: a short word for the log, never content. */
export type MailOutcome = { ok: true } | { ok: false; retry: boolean; code: string };

export interface Mailer {
  send(mail: Mail): Promise<MailOutcome>;
}
