/** The routes of people, keys and walls: how one gets in, what keeps an account safe, how it ends. */
import * as z from 'zod/mini';
import { accountCalls as calls } from './account-calls.ts';
import { Paging, route } from './route.ts';
import {
  AddPasskey,
  ChangeEmail,
  ChangePassword,
  Confirm,
  CreateApiKey,
  PasskeyOptions,
  PasskeySignIn,
  RecoverySignIn,
  RenamePasskey,
  RequestReset,
  ResetPassword,
  SetSecondFactor,
  VerifyEmail,
} from './security-requests.ts';

const Callback = z.looseObject({
  code: z.optional(z.string().check(z.maxLength(2_000))),
  state: z.optional(z.string().check(z.maxLength(200))),
  error: z.optional(z.string().check(z.maxLength(200))),
});

export const accountRoutes = {
  waysIn: route(calls.waysIn, { summary: 'Which ways in this server has.' }),
  requestReset: route(calls.requestReset, {
    summary:
      'Send a link to choose a new password. The answer is the same whether there is an account or not.',
    body: RequestReset,
  }),
  resetPassword: route(calls.resetPassword, {
    summary: 'Choose a new password with the token of that link. Ends all sessions.',
    body: ResetPassword,
  }),
  verifyEmail: route(calls.verifyEmail, {
    summary: 'Confirm an address with the token of a link: that of the sign-up, or a new one.',
    body: VerifyEmail,
  }),
  passkeyOptions: route(calls.passkeyOptions, {
    summary: 'Begin to sign in with a passkey; with `pending`, as the second factor.',
    body: PasskeyOptions,
  }),
  passkeySignIn: route(calls.passkeySignIn, { summary: 'Sign in with a passkey.', body: PasskeySignIn }),
  recoverySignIn: route(calls.recoverySignIn, {
    summary: 'Sign in with a recovery code in place of the second factor.',
    body: RecoverySignIn,
  }),
  googleStart: route(calls.googleStart, {
    summary: 'Go to Google to sign in.',
    query: z.strictObject({ returnTo: z.optional(z.string().check(z.maxLength(500))) }),
  }),
  googleCallback: route(calls.googleCallback, { summary: 'Come back from Google.', query: Callback }),
  deletion: route(calls.deletion, { summary: 'How far the deletion of an account has come.' }),
  deleteMe: route(calls.deleteMe, {
    summary: 'Delete the account with everything it owns.',
    needs: 'confirmed',
  }),
  confirm: route(calls.confirm, {
    summary: 'Prove that it is still you: with the password or a passkey.',
    needs: 'session',
    body: Confirm,
  }),
  confirmOptions: route(calls.confirmOptions, {
    summary: 'Begin to prove it with a passkey.',
    needs: 'session',
  }),
  requestVerification: route(calls.requestVerification, {
    summary: 'Send the link that confirms your address again.',
    needs: 'session',
  }),
  changeEmail: route(calls.changeEmail, {
    summary: 'Send a link to a new address; following it makes it yours.',
    needs: 'confirmed',
    body: ChangeEmail,
  }),
  changePassword: route(calls.changePassword, {
    summary: 'Set a new password. Ends all other sessions.',
    needs: 'confirmed',
    body: ChangePassword,
  }),
  getSecurity: route(calls.getSecurity, { summary: 'The ways into your account.', needs: 'session' }),
  setSecondFactor: route(calls.setSecondFactor, {
    summary: 'Ask for a passkey after the password, or stop to. Turning it on answers recovery codes, once.',
    needs: 'confirmed',
    body: SetSecondFactor,
  }),
  unlinkGoogle: route(calls.unlinkGoogle, {
    summary: 'Stop signing in with Google.',
    needs: 'confirmed',
  }),
  newPasskeyOptions: route(calls.newPasskeyOptions, {
    summary: 'Begin to register a passkey.',
    needs: 'confirmed',
  }),
  addPasskey: route(calls.addPasskey, {
    summary: 'Register a passkey.',
    needs: 'confirmed',
    body: AddPasskey,
  }),
  renamePasskey: route(calls.renamePasskey, {
    summary: 'Rename a passkey.',
    needs: 'session',
    body: RenamePasskey,
  }),
  removePasskey: route(calls.removePasskey, { summary: 'Remove a passkey.', needs: 'confirmed' }),
  listSessions: route(calls.listSessions, { summary: 'The devices you are signed in on.', needs: 'session' }),
  endSession: route(calls.endSession, { summary: 'Sign out one device.', needs: 'session' }),
  endOtherSessions: route(calls.endOtherSessions, {
    summary: 'Sign out all devices but this one.',
    needs: 'session',
  }),
  listApiKeys: route(calls.listApiKeys, {
    summary: 'Your API keys, without their secrets.',
    needs: 'session',
  }),
  createApiKey: route(calls.createApiKey, {
    summary: 'Make an API key. Its secret is in this answer and nowhere else.',
    needs: 'confirmed',
    body: CreateApiKey,
  }),
  revokeApiKey: route(calls.revokeApiKey, { summary: 'Revoke an API key, at once.', needs: 'session' }),
  listAudit: route(calls.listAudit, {
    summary: 'What happened to your account, newest first.',
    needs: 'session',
    query: Paging,
  }),
  markAuditSeen: route(calls.markAuditSeen, { summary: 'You have seen the alerts.', needs: 'session' }),
  exportAll: route(calls.exportAll, {
    summary: 'Everything you own as one ZIP archive.',
    needs: 'session',
    produces: 'application/zip',
  }),
} as const;
