/** What a refusal means to the person in front of the screen: what happened, what was kept, what to do. */
import { codeOf, type ClientCode } from '#shared/client/problem-error.ts';

const outdated = 'This page is older than the app. Reload it; your text is kept.';
const ended = 'Your session has ended. Sign in again; your text is kept.';

/** Every code has a sentence, so that nobody ever reads a code. */
export const sentences: Record<ClientCode, string> = {
  bad_json: outdated,
  bad_request: 'Something in this was not accepted. Check it and try again.',
  unauthenticated: ended,
  token_expired: ended,
  bad_credentials: 'Email or password is wrong.',
  refresh_missing: ended,
  refresh_invalid: ended,
  bad_origin: 'The app is meant to be opened at another address. Open it there and sign in.',
  not_found: 'This is not here any more, or it is not yours.',
  method_not_allowed: outdated,
  refresh_in_progress: 'Another tab is renewing the session. Try again in a moment.',
  email_taken: 'There is already an account with this email. Sign in instead.',
  id_conflict: 'This was sent before with other words. Copy it and send it anew.',
  conversation_archived: 'This conversation is archived. Restore it, then send again.',
  message_not_queued: 'Claude has taken this message in already, so it can no longer be changed.',
  nothing_to_regenerate: 'Only the last reply can be written again.',
  turn_in_progress: 'A reply is being written. Stop it or wait for its end.',
  queue_full: 'Too many messages are waiting. Let Claude catch up, then send again.',
  gone: 'This was deleted.',
  too_large: 'This is too long. Shorten it, or send it in parts.',
  unsupported_media_type: outdated,
  upgrade_required: outdated,
  too_many_requests: 'Too many tries. Wait a minute, then try again.',
  internal: 'Something broke on our side. Nothing was half done; try again.',
  unavailable: 'The app is just being updated. Your text is kept; try again.',
  database_unavailable: 'The database cannot be reached. Try again in a minute.',
  offline: 'The server did not answer. Check the connection and try again.',
  bad_reply: 'The answer could not be read. Reload the page; your text is kept.',
};

const isKnown = (code: string): code is ClientCode => Object.hasOwn(sentences, code);

/** The sentence for a code, or for a code that only a newer server knows, a plain one. */
export const sentenceFor = (code: string): string =>
  isKnown(code) ? sentences[code] : 'That did not work. Try again.';

/** The sentence for whatever was thrown. */
export const describe = (error: unknown): string => sentenceFor(codeOf(error) ?? 'internal');
