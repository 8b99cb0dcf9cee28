/** The activity log in plain sentences. What a line's detail is, depends on what happened. */
import type { AuditEntry } from '#shared/protocol/security.ts';

/** How somebody got in; the server's names for it. */
const ways: Readonly<Record<string, string>> = {
  password: 'with the password',
  google: 'with Google',
  passkey: 'with a passkey',
  second_factor: 'with the password and a passkey',
  recovery_code: 'with a recovery code',
};

const named = (detail: string | null) => (detail ? ` “${detail}”` : '');
const other = (detail: string | null) => {
  if (detail === null || !/^\d+$/.test(detail)) return 'All other devices were signed out';
  return detail === '1' ? 'One other device was signed out' : `${detail} other devices were signed out`;
};

/** One line as a sentence, without device and time. */
export function auditWords({ action, detail }: Pick<AuditEntry, 'action' | 'detail'>): string {
  switch (action) {
    case 'signed_up':
      return 'You made this account';
    case 'signed_in': {
      const way = detail === null ? undefined : ways[detail];
      return way === undefined ? 'Signed in' : `Signed in ${way}`;
    }
    case 'signed_out':
      return 'Signed out';
    case 'sign_in_failed':
      return 'Somebody tried to sign in with a wrong password';
    case 'recovery_code_failed':
      return 'Somebody who knew the password tried a wrong recovery code';
    case 'passkey_copied':
      return `The passkey “${detail ?? ''}” may have been copied: it was refused`;
    case 'session_ended':
      return detail ? `${detail} was signed out` : 'A device was signed out';
    case 'sessions_ended':
      return other(detail);
    case 'refresh_token_reused':
      return `An old key to the session of ${detail ?? 'a device'} was used again: the session was ended`;
    case 'email_verified':
      return 'Your address was confirmed';
    case 'email_change_asked':
      return detail
        ? `A change of your address to ${detail} was begun`
        : 'A change of your address was begun';
    case 'email_changed':
      return detail ? `Your address is now ${detail}` : 'Your address was changed';
    case 'password_reset_asked':
      return 'A link to choose a new password was sent to you';
    case 'password_reset':
      return 'The password was chosen anew with a link';
    case 'password_changed':
      return 'The password was changed';
    case 'second_factor_on':
      return 'The second step was turned on, or its codes made anew';
    case 'second_factor_off':
      return 'The second step was turned off';
    case 'recovery_code_used':
      return detail
        ? `A recovery code was used to sign in: ${detail}`
        : 'A recovery code was used to sign in';
    case 'passkey_added':
      return `The passkey${named(detail)} was added`;
    case 'passkey_removed':
      return `The passkey${named(detail)} was removed`;
    case 'channel_added':
      return `The channel${named(detail)} was added`;
    case 'channel_removed':
      return `The channel${named(detail)} was removed`;
    case 'channel_off':
      return `A channel was switched off: ${detail ?? ''}`;
    case 'google_linked':
      return detail ? `Google was linked: ${detail}` : 'Google was linked';
    case 'google_unlinked':
      return 'Google was unlinked';
    case 'api_key_made':
      return `The API key${named(detail)} was made`;
    case 'api_key_revoked':
      return `The API key${named(detail)} was revoked`;
    case 'sign_up_repeated':
      return 'Somebody tried to make another account with your address';
    case 'connection_added':
      return `You connected ${detail ?? 'a server'}`;
    case 'connection_removed':
      return `You disconnected ${detail ?? 'a server'}`;
    case 'connection_token_changed':
      return `${detail ?? 'A connection'} got a new token`;
    case 'tool_set_auto':
      return `${detail ?? 'A tool'} may run without asking`;
    case 'rule_granted':
      return `A standing rule was made for ${detail ?? 'a tool'}`;
    case 'rule_ended':
      return `The standing rule for ${detail ?? 'a tool'} was ended`;
    case 'exported':
      return 'Everything was exported';
    default:
      return action satisfies never;
  }
}
