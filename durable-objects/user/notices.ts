/** Which lines of the activity log go out as a mail to the account's address, and what it says. */
import { deviceWords } from '#shared/core/auth/device-words.ts';
import type { MailContent } from '#shared/core/mail/content.ts';
import type { AuditLine } from './client.ts';

/**
 * The mail for a line; null where the owner did it a moment ago in the app and nothing depends on their knowing.
 * @param at when it happened, as an ISO instant
 */
export function noticeOf(
  { action, detail, device, scopes, left }: AuditLine,
  at: string,
): MailContent | null {
  const name = detail ?? '';
  switch (action) {
    case 'refresh_token_reused':
      return {
        kind: action,
        device: deviceWords(device?.userAgent ?? null),
        place: device?.place ?? null,
        at,
      };
    case 'password_changed':
    case 'password_reset':
      return { kind: 'password_changed' };
    case 'second_factor_on':
    case 'second_factor_off':
    case 'sign_up_repeated':
      return { kind: action };
    case 'passkey_added':
    case 'passkey_removed':
    case 'passkey_copied':
      return { kind: action, name };
    case 'api_key_made':
      return { kind: action, name, ...(scopes ? { scopes } : {}) };
    case 'email_change_asked':
      return { kind: action, to: name };
    case 'exported':
      return { kind: action };
    case 'google_linked':
      return { kind: action, email: name };
    case 'recovery_code_used':
      return { kind: action, ...(left === undefined ? {} : { left }) };
    default:
      return null;
  }
}
