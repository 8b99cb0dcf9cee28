/** The events of a run in words: a line for each, and what it opens to. */
import { textOf } from '#shared/core/conversation/transcript.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { QuestionEnd } from '#shared/protocol/question.ts';
import { plainName } from '#web/features/tools/sentence.ts';
import { causeOf } from '#web/features/trouble/turn-words.ts';
import { count, duration } from '#web/ui/amounts.ts';
import { modelWords } from '#web/ui/model-words.ts';
import { runSaid, type Tone } from './work-words.ts';

export interface TraceLine {
  words: string;
  tone: Tone | null;
  /** Arguments of a call. */
  input?: Readonly<Record<string, unknown>>;
  /** What was said or came back. */
  text?: string;
}

const origins = {
  user: 'You wrote',
  assistant: 'Claude wrote',
  schedule: 'Came due',
  webhook: 'Arrived',
  system: 'Was told',
};
const ends: Record<QuestionEnd['outcome'], string> = {
  answered: 'You answered',
  approved: 'You said yes',
  rejected: 'You said no',
  expired: 'Nobody answered in time',
  withdrawn: 'The question was withdrawn',
};
const calls: Readonly<Record<string, [word: string, tone: Tone | null]>> = {
  ok: ['done', 'ok'],
  error: ['failed', 'failed'],
  denied: ['not done', 'archived'],
  expired: ['expired, not done', 'archived'],
  stopped: ['stopped', 'archived'],
  unknown: ['outcome unknown', 'waiting'],
};
const statuses = {
  active: 'talking',
  background: 'at work by itself',
  waiting_input: 'waiting for you',
  archived: 'archived',
};

/** Who, where it was not the person. */
const by = (who: 'user' | 'assistant' | 'system'): string =>
  ({ user: 'you', assistant: 'Claude', system: 'the app' })[who];

const line = (words: string, tone: Tone | null = null, more: Partial<TraceLine> = {}): TraceLine => ({
  words,
  tone,
  ...more,
});
const withText = (text: string): Partial<TraceLine> => (text.trim() === '' ? {} : { text });

function ended({
  name,
  outcome,
  isError,
  durationMs,
  text,
  rehearsed,
}: Extract<Event, { type: 'tool_ended' }>) {
  if (rehearsed)
    return line(`${rehearsed.title}: left out, this was a rehearsal`, 'archived', withText(text));
  const [word, tone] = calls[outcome ?? (isError ? 'error' : 'ok')] ?? ['ended', null];
  const took = durationMs === undefined ? '' : ` in ${duration(durationMs)}`;
  return line(`${plainName(name)}: ${word}${took}`, tone, withText(text));
}

/** Every event has its line, also one of a newer release. */
export function traceLine(event: Event): TraceLine {
  switch (event.type) {
    case 'message_added': {
      const name = event.source === undefined ? '' : ` “${event.source.name}”`;
      return line(`${origins[event.origin]}${name}`, null, withText(textOf(event.content)));
    }
    case 'turn_started':
      if (event.trigger === 'answer') return line('Goes on with your answer');
      return line(`Begins with ${event.demo ? 'the demo model' : modelWords(event.model)}`);
    case 'turn_retrying':
      return line(`${causeOf(event.code)}; tried again`, 'waiting');
    case 'step_done': {
      const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = event.usage;
      const read = inputTokens + cacheReadTokens + cacheWriteTokens;
      const words = `Claude read ${count(read)} tokens and wrote ${count(outputTokens)}`;
      return line(words, null, withText(textOf(event.content)));
    }
    case 'tool_intended':
      return line(`${event.intent.title}: begins`, null, { input: event.input });
    case 'tool_ended':
      return ended(event);
    case 'question_asked':
      return line(
        `Asks you: ${event.question.title}`,
        'waiting',
        event.question.approval === null ? {} : { input: event.question.approval.input },
      );
    case 'question_reminded':
      return line('Reminds you of the question');
    case 'question_closed':
      return line(ends[event.end.outcome], null, withText(event.end.reason ?? ''));
    case 'turn_ended': {
      const { tone, word, why } = runSaid({ status: 'ended', outcome: event.outcome, code: event.code });
      return line(`${word}${why === null ? '' : `: ${why}`} after ${duration(event.durationMs)}`, tone);
    }
    case 'run_ended': {
      const { tone, word, why } = runSaid({ status: 'ended', outcome: event.outcome, code: event.code });
      return line(`The run ended: ${word}${why === null ? '' : `, ${why}`}`, tone);
    }
    case 'context_compacted':
      return line('Put what came before into a summary', null, withText(event.summary));
    case 'schedule_changed':
      return line(`Schedule “${event.name}” ${event.change} by ${by(event.by)}`);
    case 'webhook_changed':
      return line(`Webhook “${event.name}” ${event.change} by ${by(event.by)}`);
    case 'note_changed':
      return line(`Note changed by ${by(event.by)}`, null, withText(event.text));
    case 'status_changed':
      return line(`The conversation is ${statuses[event.status]}`);
    default:
      return line(plainName(event.type));
  }
}
