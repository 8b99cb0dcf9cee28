/**
 * Mail by Cloudflare Email Service: a binding with one method (developers.cloudflare.com/email-service, Workers API). It
 * knows no idempotency key: when the answer to a call is lost, the mail may go out twice. Resend knows one.
 */
import type { Mail, Mailer, MailOutcome } from '#shared/core/mail/mail.ts';

/** What we use of the binding. */
export interface EmailBinding {
  send(message: { from: string; to: string; subject: string; text: string; html: string }): Promise<unknown>;
}

/** Codes of errors that say that this mail can never go out. */
const HOPELESS = /^E_(?:VALIDATION|FIELD|TOO_MANY|SENDER|RECIPIENT|CONTENT|HEADER)/;

export const isEmailBinding = (value: unknown): value is EmailBinding =>
  typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function';

export function makeCloudflareMailer(from: string, binding: EmailBinding): Mailer {
  return {
    async send({ to, subject, text, html }: Mail): Promise<MailOutcome> {
      try {
        await binding.send({ from, to, subject, text, html });
        return { ok: true };
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
        return { ok: false, retry: !HOPELESS.test(code), code: code.toLowerCase().slice(0, 40) };
      }
    },
  };
}
