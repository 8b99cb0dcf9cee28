/** Status is one dot and one word, the same everywhere. Derived, never stored. */
import type { ConversationSummary } from '#shared/protocol/conversation.ts';

export type Tone =
  | 'working'
  | 'waiting'
  | 'failed'
  | 'scheduled'
  | 'listening'
  | 'paused'
  | 'talking'
  | 'archived';

export interface StatusWord {
  tone: Tone;
  word: string;
}

const words: Record<Tone, string> = {
  working: 'Working',
  waiting: 'Waiting for you',
  failed: 'Failed',
  scheduled: 'Scheduled',
  listening: 'Listening',
  paused: 'Paused',
  talking: 'Talking',
  archived: 'Archived',
};

type Known = Pick<ConversationSummary, 'status' | 'working' | 'lastOutcome' | 'nextRunAt' | 'paused'>;

function toneOf({ status, working, lastOutcome, nextRunAt, paused }: Known): Tone {
  // What runs now says more than how the last run went; what is archived cannot run.
  if (status === 'archived') return 'archived';
  if (working) return 'working';
  if (status === 'waiting_input') return 'waiting';
  if (lastOutcome === 'failed') return 'failed';
  // Something may arrive at a webhook, or a due time that has come waits its turn.
  if (status === 'background') return nextRunAt === null ? 'listening' : 'scheduled';
  return paused === true ? 'paused' : 'talking';
}

/** The dot's tone and the word beside it. */
export function statusOf(summary: Known): StatusWord {
  const tone = toneOf(summary);
  return { tone, word: words[tone] };
}
