/** Mail by Resend (resend.com/docs/api-reference/emails/send-email): one POST, with a key that makes a repeat harmless. */
import type { Mail, Mailer, MailOutcome } from '#shared/core/mail/mail.ts';
import type { MailSettings } from '#shared/core/settings/neighbours.ts';
import { fetchConfigured } from '#shared/adapters/safe-fetch/configured.ts';

const LIMITS = { timeoutMs: 15_000, maxBytes: 64 * 1024 };

/** Refused for good: the key, the sender or the recipient is wrong, and will be the next time too. */
const HOPELESS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413, 422]);

const failed = (retry: boolean, code: string): MailOutcome => ({ ok: false, retry, code });

/** What a status of Resend means. 409 speaks of the idempotency key: the mail is on its way, or was something else. */
function outcomeOf(status: number): MailOutcome {
  if (status >= 200 && status < 300) return { ok: true };
  if (status === 409) return failed(true, 'in_progress');
  return failed(!HOPELESS.has(status), `http_${status}`);
}

export function makeResend({ from, resend }: Pick<MailSettings, 'from' | 'resend'>): Mailer {
  return {
    async send({ id, to, subject, text, html }: Mail): Promise<MailOutcome> {
      const headers = {
        authorization: `Bearer ${resend.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': id,
        'user-agent': 'agentic-tasks',
      };
      const body = JSON.stringify({ from, to: [to], subject, text, html });
      try {
        const { status } = await fetchConfigured(
          `${resend.baseUrl}/emails`,
          { method: 'POST', headers, body },
          LIMITS,
        );
        return outcomeOf(status);
      } catch {
        return failed(true, 'unreachable');
      }
    },
  };
}
