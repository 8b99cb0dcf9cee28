/** The calls of settings and of the way in: a page that shows a conversation does not carry them. */
import * as z from 'zod/mini';
import { Session } from './account.ts';
import { call, page } from './call.ts';
import { Id } from './ids.ts';
import {
  ApiKey,
  AuditEntry,
  Ceremony,
  Deletion,
  DeviceSession,
  Passkey,
  Security,
  WaysIn,
} from './security.ts';

export const accountCalls = {
  waysIn: call('GET', '/api/auth/ways', { access: 'public', reply: WaysIn }),
  requestReset: call('POST', '/api/auth/reset', { access: 'public', status: 202 }),
  resetPassword: call('POST', '/api/auth/reset/confirm', { access: 'public', status: 204 }),
  verifyEmail: call('POST', '/api/auth/verify', {
    access: 'public',
    reply: z.object({ email: z.string() }),
  }),
  passkeyOptions: call('POST', '/api/auth/passkey/options', { access: 'public', reply: Ceremony }),
  passkeySignIn: call('POST', '/api/auth/passkey', { access: 'public', reply: Session }),
  recoverySignIn: call('POST', '/api/auth/recovery', { access: 'public', reply: Session }),
  googleStart: call('GET', '/api/auth/google', { access: 'public', status: 302 }),
  googleCallback: call('GET', '/api/auth/google/callback', { access: 'public', status: 302 }),
  deletion: call('GET', '/api/deletions/:deletionId', { access: 'public', reply: Deletion }),
  deleteMe: call('DELETE', '/api/me', { status: 202, reply: z.object({ deletionId: Id }) }),
  confirm: call('POST', '/api/me/confirm', { status: 204 }),
  confirmOptions: call('POST', '/api/me/confirm/options', { reply: Ceremony }),
  requestVerification: call('POST', '/api/me/verification', { status: 202 }),
  changeEmail: call('POST', '/api/me/email', { status: 202 }),
  changePassword: call('POST', '/api/me/password', { status: 204 }),
  getSecurity: call('GET', '/api/me/security', { reply: Security }),
  setSecondFactor: call('PUT', '/api/me/second-factor', {
    reply: z.object({ recoveryCodes: z.array(z.string()) }),
  }),
  unlinkGoogle: call('DELETE', '/api/me/google', { status: 204 }),
  newPasskeyOptions: call('POST', '/api/passkeys/options', { reply: Ceremony }),
  addPasskey: call('POST', '/api/passkeys', { status: 201, reply: z.object({ passkey: Passkey }) }),
  renamePasskey: call('PATCH', '/api/passkeys/:passkeyId', { reply: z.object({ passkey: Passkey }) }),
  removePasskey: call('DELETE', '/api/passkeys/:passkeyId', { status: 204 }),
  listSessions: call('GET', '/api/sessions', { reply: page(DeviceSession) }),
  endSession: call('DELETE', '/api/sessions/:sessionId', { status: 204 }),
  endOtherSessions: call('DELETE', '/api/sessions', { reply: z.object({ ended: z.number() }) }),
  listApiKeys: call('GET', '/api/api-keys', { reply: page(ApiKey) }),
  createApiKey: call('POST', '/api/api-keys', {
    status: 201,
    reply: z.object({ apiKey: ApiKey, secret: z.string() }),
  }),
  revokeApiKey: call('DELETE', '/api/api-keys/:apiKeyId', { status: 204 }),
  listAudit: call('GET', '/api/audit', { reply: page(AuditEntry) }),
  markAuditSeen: call('POST', '/api/audit/seen', { status: 204 }),
  exportAll: call('GET', '/api/export', { access: 'ticket' }),
} as const;
