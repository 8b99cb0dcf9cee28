/** What a refusal means to the person in front of the screen: what happened, what was kept, what to do. */
import { codeOf, ProblemError, type ClientCode } from '#shared/client/problem-error.ts';
import { InWords } from './in-words.ts';

const outdated = 'This page is older than the app. Reload it; your text is kept.';
const ended = 'Your session has ended. Sign in again; your text is kept.';

/** Every code has a sentence, so that nobody ever reads a code. */
export const sentences: Record<ClientCode, string> = {
  bad_json: outdated,
  bad_request: 'Something in this was not accepted. Check it, or reload the page if it was open for long.',
  unauthenticated: ended,
  token_expired: ended,
  bad_credentials: 'Email or password is wrong.',
  refresh_missing: ended,
  refresh_invalid: ended,
  second_factor_required: 'Confirm with your passkey to sign in.',
  passkey_refused: 'This passkey was not accepted. Try again, or use another way.',
  confirm_identity: 'Confirm that it is you, then try again.',
  scope_missing: 'This API key does not allow that.',
  session_only: 'An API key cannot do this. Sign in to the app.',
  bad_origin: 'The app is meant to be opened at another address. Open it there and sign in.',
  not_found: 'This is not here any more, or it is not yours.',
  method_not_allowed: outdated,
  too_slow: 'This took too long to send. Nothing was kept of it; try again.',
  refresh_in_progress: 'Another tab is renewing the session. Try again in a moment.',
  email_taken: 'There is already an account with this email. Sign in instead.',
  last_way_in: 'Without this you could not sign in any more. Set a password or add a passkey first.',
  already_verified: 'This address is confirmed already.',
  passkey_known: 'This passkey is registered already.',
  limit_reached: 'You have as many of these as there can be. Remove one you no longer need first.',
  id_conflict: 'This was sent before with other words. Copy it and send it anew.',
  conversation_archived: 'This conversation is archived. Restore it, then send again.',
  message_not_queued: 'Claude has taken this message in already, so it can no longer be changed.',
  nothing_to_regenerate: 'Only the last reply can be written again.',
  turn_in_progress: 'A reply is being written. Stop it or wait for its end.',
  queue_full: 'Too many messages are waiting. Let Claude catch up, then send again.',
  call_changed: 'This is not the call that you were shown. Nothing was done; look again.',
  connection_exists: 'You have this connection already.',
  rule_open: 'This rule leaves open whom it reaches, or where it goes. Confirm that, or say it exactly.',
  rule_unfit: 'No rule can be made of these bounds: they do not say of each argument what it may be.',
  question_closed: 'This was decided already or has expired. Nothing more was done.',
  bad_schedule: 'This schedule can never be kept. Look at when it should run.',
  bad_arguments: 'This cannot be done with these arguments.',
  bad_answer: 'This does not answer the question.',
  connection_failed: 'This server could not be reached as an MCP server. Check the address and the token.',
  reply_acted: 'This reply did things already, so it cannot be written again. Say what should be different.',
  bad_signature: 'The signature of this delivery does not hold.',
  no_secret: 'This webhook has no secret yet. Show it once, and enter it where the deliveries come from.',
  secret_shown: 'This secret was shown already. Make a new one if it is lost.',
  too_many_deliveries: 'Too many deliveries wait here. Try again later.',
  link_expired: 'This link was used already or is too old.',
  gone: 'This was deleted.',
  not_kept: 'What it held is no longer kept.',
  too_large: 'This is too long. Shorten it, or send it in parts.',
  unsupported_media_type: outdated,
  upgrade_required: outdated,
  too_many_requests: 'Too many tries. Wait a minute, then try again.',
  internal: 'Something broke on our side. Nothing was half done; try again.',
  unavailable: 'The app is just being updated. Your text is kept; try again.',
  mail_unavailable: 'This server is not set up to send mail.',
  task_in_progress: 'A sub-agent is at work on this task. Write to it in its conversation instead.',
  task_over: 'This task has ended and stays as it is.',
  no_rehearsal: 'Conversations of a daily run do not rehearse. Start a dry run.',
  schedule_ended: 'This schedule has ended. Make a new one.',
  schedule_limit: 'You have 200 schedules, as many as there can be. Remove some that you no longer need.',
  schedule_pace:
    'Together the intervals here would come due more than 120 times an hour. Make them longer, or use patterns: those of the same minute share a run.',
  run_open: 'The report of this run is not out yet. Its tasks can be carried over then.',
  run_over: 'The window of this run is over. Nothing was changed.',
  database_unavailable: 'The database cannot be reached. Try again in a minute.',
  offline: 'The server did not answer. Check the connection and try again.',
  bad_reply: 'The answer could not be read. Reload the page; your text is kept.',
};

const isKnown = (code: string): code is ClientCode => Object.hasOwn(sentences, code);

/** The sentence for a code, or for a code that only a newer server knows, a plain one. */
export const sentenceFor = (code: string): string =>
  isKnown(code) ? sentences[code] : 'That did not work. Try again.';

/** How long to wait, as people say it. `seconds` is at least one. */
export function waitWords(seconds: number): string {
  if (seconds <= 1) return 'a second';
  if (seconds <= 50) return `${Math.ceil(seconds)} seconds`;
  if (seconds <= 90) return 'a minute';
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? 'an hour' : `${hours} hours`;
}

/** The sentence for whatever was thrown. */
export function describe(error: unknown): string {
  if (error instanceof InWords) return error.message;
  if (error instanceof ProblemError && error.code === 'too_many_requests' && error.retryAfter !== null) {
    return `Too many tries. Try again in ${waitWords(error.retryAfter)}.`;
  }
  return sentenceFor(codeOf(error) ?? 'internal');
}
