/**
 * Every refusal the API can give: a stable code, its HTTP status and one plain sentence.
 * Only `worker/middleware/problems.ts` writes them out (RFC 9457, application/problem+json).
 */
import * as z from 'zod/mini';

export const problems = {
  bad_json: { status: 400, title: 'The body is not valid JSON.' },
  bad_request: { status: 400, title: 'Something in this request is not as it should be.' },
  unauthenticated: { status: 401, title: 'Sign in to go on.' },
  token_expired: { status: 401, title: 'This access token has expired.' },
  bad_credentials: { status: 401, title: 'Email or password is wrong.' },
  bad_signature: { status: 401, title: 'The signature of this delivery does not hold.' },
  refresh_missing: { status: 401, title: 'There is no session to refresh.' },
  refresh_invalid: { status: 401, title: 'This session has ended. Sign in again.' },
  second_factor_required: { status: 401, title: 'Confirm with your passkey to sign in.' },
  passkey_refused: { status: 401, title: 'This passkey could not be verified.' },
  confirm_identity: { status: 403, title: 'Confirm that it is you to do this.' },
  scope_missing: { status: 403, title: 'This API key does not allow that.' },
  session_only: { status: 403, title: 'An API key cannot do this. Sign in to the app.' },
  bad_origin: { status: 403, title: 'This request came from another site.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'This address does not take that method.' },
  too_slow: { status: 408, title: 'The body did not arrive in time. Nothing was kept of it.' },
  refresh_in_progress: { status: 409, title: 'Another tab is refreshing this session. Try again.' },
  email_taken: { status: 409, title: 'There is already an account with this email.' },
  last_way_in: { status: 409, title: 'Without this you could not sign in any more.' },
  already_verified: { status: 409, title: 'This address is confirmed already.' },
  passkey_known: { status: 409, title: 'This passkey is registered already.' },
  limit_reached: { status: 409, title: 'You have as many of these as there can be.' },
  id_conflict: { status: 409, title: 'This id was already used for something else.' },
  conversation_archived: { status: 409, title: 'This conversation is archived. Restore it first.' },
  message_not_queued: { status: 409, title: 'This message is already part of the conversation.' },
  nothing_to_regenerate: { status: 409, title: 'Only the last reply can be written again.' },
  reply_acted: { status: 409, title: 'This reply did things already: it cannot be written again.' },
  turn_in_progress: { status: 409, title: 'A reply is being written.' },
  queue_full: { status: 409, title: 'Too many messages are waiting. Let Claude catch up.' },
  no_secret: { status: 409, title: 'This webhook has no secret yet. Show it once first.' },
  task_in_progress: { status: 409, title: 'A sub-agent is at work on this task.' },
  task_over: { status: 409, title: 'This task has ended.' },
  schedule_ended: { status: 409, title: 'This schedule has ended. Make a new one.' },
  no_rehearsal: { status: 409, title: 'Conversations of a daily run do not rehearse. Start a dry run.' },
  schedule_limit: {
    status: 409,
    title: 'You have 200 schedules, as many as there can be. Remove some that you no longer need.',
  },
  schedule_pace: {
    status: 409,
    title:
      'The intervals of this conversation would come due more than 120 times an hour. Make them longer, or write them as patterns: those of the same minute share a run.',
  },
  run_open: { status: 409, title: 'The report of this run is not out yet.' },
  run_over: { status: 409, title: 'The window of this run is over.' },
  call_changed: { status: 409, title: 'This is not the call you were shown. Nothing was done; look again.' },
  rule_open: {
    status: 409,
    title:
      'This rule leaves open whom it reaches, or where it goes. Confirm that, or say it exactly. Nothing was done.',
  },
  connection_exists: { status: 409, title: 'You have this connection already.' },
  question_closed: { status: 410, title: 'This was decided already or has expired. Nothing more was done.' },
  link_expired: { status: 410, title: 'This link was used already or has expired.' },
  secret_shown: { status: 410, title: 'This secret was shown already. A new one takes its place.' },
  gone: { status: 410, title: 'This was deleted.' },
  not_kept: { status: 410, title: 'What it held is no longer kept.' },
  bad_schedule: { status: 422, title: 'This schedule can never be kept.' },
  rule_unfit: {
    status: 422,
    title:
      'The bounds of this rule are not about this call: each has to name an argument that it has, and every argument needs one. Nothing was done.',
  },
  bad_arguments: { status: 422, title: 'This call cannot be made with these arguments.' },
  bad_answer: { status: 422, title: 'This does not answer the question.' },
  connection_failed: { status: 422, title: 'This server could not be reached as an MCP server.' },
  too_large: { status: 413, title: 'This is too large.' },
  unsupported_media_type: { status: 415, title: 'Send this as application/json.' },
  upgrade_required: { status: 426, title: 'This address needs a WebSocket or an event stream.' },
  too_many_requests: { status: 429, title: 'Too many tries. Wait a little.' },
  too_many_deliveries: { status: 429, title: 'Too many deliveries wait here. Try again later.' },
  internal: { status: 500, title: 'Something broke on our side. Nothing was half done.' },
  unavailable: { status: 503, title: 'This part of the app is just starting again. Try once more.' },
  mail_unavailable: { status: 503, title: 'This server cannot send mail.' },
  database_unavailable: { status: 503, title: 'The database cannot be reached right now. Try again soon.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/**
 * The body of every error answer. `errors` names the fields when the body or query was at fault; `pending` goes with
 * `second_factor_required` and is sent back with the second factor.
 */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  requestId: z.string(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  pending: z.optional(z.string()),
});
export type Problem = z.infer<typeof Problem>;
