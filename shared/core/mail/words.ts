/** What each mail says, in plain words: what happened, and what to do if it was not you. Composing is `compose.ts`. */
import type { MailContent } from './content.ts';

/** Paragraphs of a mail, and the one thing to press. `path` is on our own origin. */
export interface Wording {
  subject: string;
  paragraphs: string[];
  action?: { label: string; path: string };
  after?: string[];
}

const ACTIVITY = { label: 'Look at your activity', path: '/settings/activity' };
const NOT_YOU = 'If it was not you, choose a new password at once; that signs everybody else out.';

/**
 * Mail programs make links of such words. An address that nobody has proved may be a stranger's: whoever signs up with
 * it could have us send them a link of their own, by a name.
 */
export const looksLikeLink = (name: string): boolean => /:\/\/|[^\s.。．@][.。．@][^\s.。．@]/u.test(name);

const quoted = (name: string): string =>
  looksLikeLink(name) ? '(left out here: its name looks like a link)' : `“${name}”`;

const leftInWords = (left: number): string => (left === 1 ? '1 is left.' : `${left || 'None'} are left.`);

/** `at` writes an ISO instant in the reader's time zone. */
export function wordsOf(content: MailContent, at: (instant: string) => string): Wording {
  switch (content.kind) {
    case 'verify':
      return {
        subject: 'Confirm your address',
        paragraphs: ['Open the link to confirm that this address is yours. It works once, for two days.'],
        action: { label: 'Confirm my address', path: `/verify#${content.token}` },
        after: ['If you did not make an account, you need not do anything.'],
      };
    case 'change_email':
      return {
        subject: 'Confirm your new address',
        paragraphs: [`Open the link to make ${content.email} the address of your account.`],
        action: { label: 'Use this address', path: `/verify#${content.token}` },
        after: [
          'It works once, for a day. Until then everything stays as it is.',
          'If you did not ask for this, you need not do anything.',
        ],
      };
    case 'reset':
      return {
        subject: 'Choose a new password',
        paragraphs: ['Somebody, hopefully you, asked to choose a new password for your account.'],
        action: { label: 'Choose a new password', path: `/reset#${content.token}` },
        after: [
          'The link works once, for 30 minutes. It signs you out everywhere.',
          'If it was not you, you need not do anything: your password stays as it is.',
        ],
      };
    case 'sign_up_repeated':
      return {
        subject: 'You already have an account',
        paragraphs: [
          'Somebody, hopefully you, tried to sign up with this address. It already has an account, and nothing was changed.',
        ],
        action: { label: 'Sign in', path: '/sign-in' },
        after: [
          'If you forgot the password, you can choose a new one there. If it was not you, ignore this mail.',
        ],
      };
    case 'email_change_asked':
      return {
        subject: 'Your account may get another address',
        paragraphs: [
          `Somebody, hopefully you, asked to make ${quoted(content.to)} the address of your account.`,
        ],
        action: ACTIVITY,
        after: [
          'Nothing has changed yet. If it was not you, choose a new password at once: that makes the request void.',
        ],
      };
    case 'question_waiting':
      return {
        subject: 'Claude waits for your answer',
        paragraphs: [
          content.title === ''
            ? 'A conversation waits for you.'
            : `The conversation ${quoted(content.title)} waits for you.`,
          `It asks: ${quoted(content.question.slice(0, 200))}`,
        ],
        action: { label: 'Look at it', path: `/c/${content.conversationId}` },
        after: ['Nothing is done until you decide. Without an answer it ends by itself, as a no.'],
      };
    case 'exported':
      return {
        subject: 'Your data was exported',
        paragraphs: ['Somebody, hopefully you, downloaded everything that your account holds.'],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'email_changed':
      return {
        subject: 'Your account has another address now',
        paragraphs: [
          `The address of your account was changed to ${content.to}. Mail goes there from now on.`,
        ],
        after: [
          'If it was not you, somebody else is in your account: contact whoever runs this server at once.',
        ],
      };
    case 'password_changed':
      return {
        subject: 'Your password was changed',
        paragraphs: ['The password of your account was changed, and all other devices were signed out.'],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'refresh_token_reused':
      return {
        subject: 'We ended a session of yours',
        paragraphs: [
          `On ${at(content.at)} somebody used an old key of one of your sessions (${[content.device, content.place].filter(Boolean).join(', ')}). That happens when a session was copied, so we ended it.`,
          'Sign in again where you were signed out.',
        ],
        action: ACTIVITY,
        after: ['If you see something there that was not you, choose a new password.'],
      };
    case 'second_factor_on':
      return {
        subject: 'A passkey is needed to sign in now',
        paragraphs: ['From now on a passkey is asked for after your password.'],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'second_factor_off':
      return {
        subject: 'No passkey is needed to sign in any more',
        paragraphs: ['From now on your password alone opens your account.'],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'passkey_added':
      return {
        subject: 'A passkey was added',
        paragraphs: [`The passkey ${quoted(content.name)} can sign in to your account now.`],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'passkey_removed':
      return {
        subject: 'A passkey was removed',
        paragraphs: [`The passkey ${quoted(content.name)} does not open your account any more.`],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'passkey_copied':
      return {
        subject: 'A passkey may have been copied',
        paragraphs: [
          `Somebody tried to sign in with the passkey ${quoted(content.name)}, in a way that happens when a key was copied. They were not let in.`,
          'Remove this passkey, and add a new one on each of your devices.',
        ],
        action: { label: 'See your passkeys', path: '/settings/security' },
      };
    case 'api_key_made':
      return {
        subject: 'An API key was made',
        paragraphs: [
          `The API key ${quoted(content.name)} can act for you now, until you revoke it.`,
          ...(content.scopes ? [`What it may do: ${content.scopes.join(', ')}.`] : []),
        ],
        action: { label: 'See your API keys', path: '/settings/keys' },
        after: [NOT_YOU],
      };
    case 'google_linked':
      return {
        subject: 'You can sign in with Google now',
        paragraphs: [`The Google account ${content.email} opens your account from now on.`],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'recovery_code_used':
      return {
        subject: 'A recovery code was used',
        paragraphs: [
          'Somebody signed in to your account with a recovery code in place of a passkey.',
          ...(content.left === undefined ? [] : [leftInWords(content.left)]),
        ],
        action: ACTIVITY,
        after: [NOT_YOU],
      };
    case 'account_deleted':
      return {
        subject: 'Your account is being deleted',
        paragraphs: [
          'Your account and everything it owns is being removed: conversations, keys, sessions, all of it. This is the last mail from us.',
        ],
      };
    default:
      return content satisfies never;
  }
}
