/** The mail that the app sent, for the tests in workerd. */
import { inject } from 'vitest';
import { receiveMail, type ReceivedMail } from '#dev/mail/mailbox.ts';
import './provided-context.ts';

/**
 * The newest mail to an address, or the next one. Where a mail with the same subject came before, give its `id` as
 * `after`: else that one is the answer.
 * @throws Error when none came in 20 s
 */
export const mailTo = (to: string, subject?: string, after?: string): Promise<ReceivedMail> =>
  receiveMail(inject('mail').url, { to, subject, after });
