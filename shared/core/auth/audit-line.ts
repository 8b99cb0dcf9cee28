/** Which lines of the activity log its owner should look at. */
import type { AuditAction } from '#shared/protocol/security.ts';

const ALERTS: ReadonlySet<AuditAction> = new Set([
  'refresh_token_reused',
  'recovery_code_used',
  'recovery_code_failed',
  'passkey_copied',
  'password_reset',
  'email_changed',
  'second_factor_off',
  'channel_off',
]);

/** Whether the page should point at a line until it was seen. */
export const isAlert = (action: AuditAction): boolean => ALERTS.has(action);

/** What is remembered of a detail: a name or an address, one line, never more. */
export const cleanDetail = (detail: string | null | undefined): string | null =>
  detail ? detail.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200) : null;
