/** How a turn went, in words: what happened, what was kept, what to do. One table; codes are never shown. */
import type { TurnView } from '#shared/core/conversation/transcript.ts';
import type { Outcome } from '#shared/protocol/conversation.ts';

/** Why the model's side did not answer, as the start of a sentence. */
const causes: Readonly<Record<string, string>> = {
  overloaded: 'Claude is overloaded',
  rate_limited: 'Claude takes no more requests for the moment',
  model_error: 'Claude had an error on its side',
  model_timeout: 'Claude took too long to answer',
  model_unreachable: 'Claude cannot be reached',
  model_stream_cut: 'The line to Claude broke off',
  interrupted: 'The work was interrupted',
  bad_reply: 'Claude’s answer could not be read',
  unknown_stop_reason: 'Claude’s answer could not be read',
  model_key_refused: 'The key for Claude was refused. Whoever runs this app has to set a valid one',
  model_billing: 'The account for Claude has no credit. Whoever runs this app has to add some',
  model_unknown: 'The chosen model does not exist. Whoever runs this app has to choose another',
  model_request_refused: 'Claude did not accept this conversation as it is. Start a new one to go on',
  prompt_too_long: 'This conversation has grown too long for the model. Start a new one to go on',
};

export const causeOf = (code: string | null): string =>
  (code === null ? undefined : causes[code]) ?? 'Something went wrong';

export interface Mark {
  tone: 'quiet' | 'danger';
  text: string;
}

const ends: Partial<Record<Outcome, Mark>> = {
  stopped: { tone: 'quiet', text: 'Stopped.' },
  waiting: { tone: 'quiet', text: 'Waiting for you.' },
  expired: { tone: 'quiet', text: 'The time for this ran out.' },
  unverified: { tone: 'quiet', text: 'Done, without evidence.' },
};

const limits: Readonly<Record<string, string>> = {
  max_tokens: 'Cut off at the length limit. Say “go on” to hear the rest.',
  context_window: 'This conversation is as long as the model can read. Start a new one to go on.',
  max_steps: 'Stopped at the limit of steps for one turn. Say “go on” to let it continue.',
};

/** Why a run was cut off, for who was not there; null for what is no limit. */
export const limitOf = (code: string | null): string | null =>
  (code === null ? undefined : cuts[code]) ?? null;

const cuts: Readonly<Record<string, string>> = {
  max_tokens: 'Its answer reached the length limit.',
  context_window: 'The conversation is as long as the model can read.',
  max_steps: 'It reached the limit of steps for one turn.',
  deadline: 'The window of its daily run was over.',
  token_budget: 'The tokens for it were used up.',
};

/** What is still there after a turn that failed. */
const kept = {
  text: 'What was written is kept.',
  reply: 'The earlier reply is kept.',
  message: 'Your message is kept.',
};

/** The mark below a reply, or null when it simply ended. `wrote`: something was written before the end. */
export function markOf(turn: Pick<TurnView, 'ended' | 'replaces'> | null, wrote: boolean): Mark | null {
  const ended = turn?.ended;
  if (!ended || ended.outcome === 'completed') return null;
  if (ended.code === 'refusal')
    return { tone: 'quiet', text: 'Claude declined to answer this. Ask in another way.' };
  if (ended.outcome === 'stopped' && ended.code === 'archived') {
    return { tone: 'quiet', text: 'Stopped, because the conversation was archived.' };
  }
  if (ended.outcome === 'limit') {
    return { tone: 'quiet', text: limits[ended.code ?? ''] ?? 'Cut off at a limit.' };
  }
  if (ended.outcome !== 'failed') return ends[ended.outcome] ?? null;
  const rest = wrote ? 'text' : turn?.replaces ? 'reply' : 'message';
  return { tone: 'danger', text: `${causeOf(ended.code)}. ${kept[rest]}` };
}

/** The line while a turn waits for its next try; `seconds` until then. */
export const retryWords = (code: string, seconds: number): string =>
  seconds > 0 ? `${causeOf(code)}. Trying again in ${seconds} s` : `${causeOf(code)}. Trying again`;
