/** Who takes our mail: what the settings say. */
import type { Mailer } from '#shared/core/mail/mail.ts';
import type { MailSettings } from '#shared/core/settings/neighbours.ts';
import { isEmailBinding, makeCloudflareMailer } from './cloudflare.ts';
import { makeResend } from './resend.ts';

/** Null where nothing is set up: the app then says that it cannot send mail. `binding` is EMAIL of the environment. */
export function makeMailer(settings: MailSettings, binding: unknown): Mailer | null {
  switch (settings.provider) {
    case 'cloudflare':
      return isEmailBinding(binding) ? makeCloudflareMailer(settings.from, binding) : null;
    case 'resend':
      return makeResend(settings);
    case 'none':
      return null;
    default:
      return settings.provider satisfies never;
  }
}
