/** Mail by Resend (resend.com/docs/api-reference/emails/send-email): one POST, with a key that makes a repeat harmless. */
import * as z from 'zod/mini';
import type { Mail, Mailer, MailOutcome } from '#shared/core/mail/mail.ts';
import type { MailSettings } from '#shared/core/settings/neighbours.ts';
import { type Answer, fetchConfigured } from '#shared/adapters/safe-fetch/configured.ts';

const LIMITS = { timeoutMs: 15_000, maxBytes: 64 * 1024 };

/** Refused for good: this mail is wrong, and will be the next time too. A wrong key of ours can be put right. */
const HOPELESS: ReadonlySet<number> = new Set([400, 413, 422, 451]);

const failed = (retry: boolean, code: string): MailOutcome => ({ ok: false, retry, code });

const Conflict = z.object({ name: z.string() });

/**
 * 409 speaks of the idempotency key (resend.com/docs/dashboard/emails/idempotency-keys). Either a try with it is under
 * way; or one with other words, a new name say, has come through. That one is the mail: tries that go on until Resend
 * forgets the key, after a day, would send it a second time.
 */
function conflictOf(answer: Answer): MailOutcome {
  try {
    const { name } = Conflict.parse(answer.json());
    return name === 'invalid_idempotent_request' ? failed(false, 'sent_before') : failed(true, 'in_progress');
  } catch {
    return failed(true, 'http_409');
  }
}

function outcomeOf(answer: Answer): MailOutcome {
  if (answer.ok) return { ok: true };
  if (answer.status === 409) return conflictOf(answer);
  return failed(!HOPELESS.has(answer.status), `http_${answer.status}`);
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
        const init = { method: 'POST', headers, body };
        return outcomeOf(await fetchConfigured(`${resend.baseUrl}/emails`, init, LIMITS));
      } catch {
        return failed(true, 'unreachable');
      }
    },
  };
}
