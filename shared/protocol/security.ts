/** What keeps an account safe, as it travels: devices, API keys, passkeys, the activity log, deletion. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

/** What an API key may do. `hooks`: webhooks and triggers; `files`: uploads, downloads and the file bridge. */
export const Scope = z.enum(['read', 'write', 'hooks', 'files']);
export type Scope = z.infer<typeof Scope>;

/** One sign-in on one device. `device` is in words ("Firefox on Linux"), `place` as the platform guesses it. */
export const DeviceSession = z.object({
  id: Id,
  current: z.boolean(),
  device: z.string(),
  place: z.nullable(z.string()),
  createdAt: Instant,
  lastUsedAt: Instant,
});
export type DeviceSession = z.infer<typeof DeviceSession>;

/** `hint` is the beginning of the key, by which its owner can tell keys apart. */
export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  scopes: z.array(Scope),
  hint: z.string(),
  createdAt: Instant,
  expiresAt: z.nullable(Instant),
  lastUsedAt: z.nullable(Instant),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** `synced`: the provider of the passkey keeps a copy, so that it outlives the device. */
export const Passkey = z.object({
  id: Id,
  name: z.string(),
  synced: z.boolean(),
  createdAt: Instant,
  lastUsedAt: z.nullable(Instant),
});
export type Passkey = z.infer<typeof Passkey>;

export const Identity = z.object({ provider: z.enum(['google']), email: z.string(), linkedAt: Instant });
export type Identity = z.infer<typeof Identity>;

/** How one can get into the account. `confirmedUntil`: how long this session may change it without asking again. */
export const Security = z.object({
  hasPassword: z.boolean(),
  secondFactor: z.boolean(),
  recoveryCodesLeft: z.number(),
  passkeys: z.array(Passkey),
  identities: z.array(Identity),
  confirmedUntil: z.nullable(Instant),
});
export type Security = z.infer<typeof Security>;

/** Everything that is written into the activity log of an account. */
export const AuditAction = z.enum([
  'signed_up',
  'signed_in',
  'signed_out',
  'sign_in_failed',
  'session_ended',
  'sessions_ended',
  'refresh_token_reused',
  'email_verified',
  'email_change_asked',
  'email_changed',
  'password_reset_asked',
  'password_reset',
  'password_changed',
  'second_factor_on',
  'second_factor_off',
  'recovery_code_used',
  'recovery_code_failed',
  'passkey_added',
  'passkey_removed',
  'passkey_copied',
  'google_linked',
  'google_unlinked',
  'api_key_made',
  'api_key_revoked',
  'sign_up_repeated',
  'exported',
  'connection_added',
  'connection_removed',
  'connection_token_changed',
  'tool_set_auto',
  'rule_granted',
  'rule_ended',
  'channel_added',
  'channel_removed',
  'channel_off',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/**
 * One line of it. `detail` names what it was about (a key's name, an address); `alert` marks what its owner should look
 * at, `seen` that they have.
 */
export const AuditEntry = z.object({
  id: Id,
  at: Instant,
  action: AuditAction,
  detail: z.nullable(z.string()),
  device: z.nullable(z.string()),
  place: z.nullable(z.string()),
  alert: z.boolean(),
  seen: z.boolean(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** How far the deletion of an account has come; the counts say what was removed. No personal data. */
export const Deletion = z.object({
  id: Id,
  state: z.enum(['running', 'done']),
  startedAt: Instant,
  finishedAt: z.nullable(Instant),
  removed: z.record(z.string(), z.number()),
});
export type Deletion = z.infer<typeof Deletion>;

/** Which ways in this server has. `stand-in`: a development tool plays Google, and the page must say so. */
export const WaysIn = z.object({ google: z.enum(['off', 'on', 'stand-in']), mail: z.boolean() });
export type WaysIn = z.infer<typeof WaysIn>;

/** Options for `navigator.credentials` as JSON (WebAuthn Level 3, section 5.1.8), and what to send back with the answer. */
export const Ceremony = z.object({ options: z.record(z.string(), z.unknown()), token: z.string() });
export type Ceremony = z.infer<typeof Ceremony>;
