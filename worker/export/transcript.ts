/**
 * A conversation as people read it, in Markdown: who said what and when, which tools were called. Takes the event log one
 * event after the other, so that a long conversation is never in memory as a whole. What somebody said stands quoted, so
 * that nothing in it can pass for a heading of ours. Thoughts, attempts and figures are left to `events.json`.
 */
import type { ContentBlock, Origin } from '#shared/protocol/conversation.ts';
import type { Question, QuestionEnd, QuestionOutcome } from '#shared/protocol/question.ts';
import type { Event } from '#shared/protocol/events.ts';

export interface Scribe {
  /** What is added to the transcript by an event; often nothing. */
  write(event: Event): string;
  /** What is still to be said at the end. */
  end(): string;
}

const speakers: Record<Origin, string> = {
  user: 'You',
  assistant: 'Claude',
  schedule: 'Schedule',
  webhook: 'Webhook',
  system: 'System',
};

/** Whatever some reader takes for the end of a line. */
const LINE_END = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

const quote = (text: string): string =>
  text
    .split(LINE_END)
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

/** One line of code, with everything taken out that could end it. */
const code = (text: string): string => `\`${text.replaceAll(/[`\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim()}\``;

const time = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** Text as one line of ours: nothing in it is Markdown or HTML. */
const plain = (text: string): string =>
  text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(/[\\`*_~[\]<>&#!|]/g, String.raw`\$&`);

function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return `${quote(block.text)}\n\n`;
    case 'tool_use':
      return `Used ${code(block.name)} with:\n\n${quote(JSON.stringify(block.input, null, 2))}\n\n`;
    case 'tool_result':
      return `${block.isError ? 'It failed' : 'It answered'}:\n\n${quote(block.text)}\n\n`;
    case 'file':
      return `File: ${code(block.file.name)} (${code(block.file.type)}, ${block.file.size} bytes)\n\n`;
    case 'delivery':
      return `Delivered ${plain(block.receivedAt)}${block.cut ? ' (cut)' : ''}:\n\n${quote(block.text)}\n\n`;
    case 'thinking':
    case 'question':
      return '';
    default:
      // A block of a newer release: the log has it.
      block satisfies never;
      return '';
  }
}

const textOf = (content: ReadonlyArray<ContentBlock>): string => content.map(blockText).join('');
const heading = (who: string, at: string, note = ''): string => `## ${who} · ${time(at)}${note}\n\n`;
const aside = (text: string): string => `*${text}*\n\n`;

const closings: Readonly<Record<QuestionOutcome, string>> = {
  answered: 'Answered',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired without an answer',
  withdrawn: 'Taken back',
};

/** The exact call that a yes was asked for. */
const asked = ({ approval }: Question): string =>
  approval === null ? '' : `${quote(JSON.stringify(approval.input, null, 2))}\n\n`;

const given = ({ answers, input, reason }: QuestionEnd): string => {
  const said = answers ?? input ?? reason;
  return said === null ? '' : `${quote(typeof said === 'string' ? said : JSON.stringify(said, null, 2))}\n\n`;
};

type Said = Extract<Event, { type: 'message_added' }>;
const message = ({ origin, at, content }: Said, note = ''): string =>
  heading(speakers[origin], at, note) + textOf(content);

/** The head of the file. */
export const transcriptHead = (conversation: {
  id: string;
  title: string | null;
  createdAt: string;
}): string =>
  `# ${plain(conversation.title ?? '') || 'Untitled'}\n\nConversation ${conversation.id}, begun ${time(conversation.createdAt)}.\n\n`;

export function makeScribe(): Scribe {
  const waiting = new Map<string, Said>();
  /** The turn whose words are being written, so that its steps stand under one heading. */
  let speaking: string | null = null;

  /** Messages that waited, where the turn takes them in. */
  const take = (ids: ReadonlyArray<string>): string => {
    speaking = null;
    const taken = ids.flatMap((id) => waiting.get(id) ?? []);
    for (const id of ids) waiting.delete(id);
    return taken.map((said) => message(said)).join('');
  };
  const again = aside('The last reply is written again.');

  const write = (event: Event): string => {
    switch (event.type) {
      case 'message_added':
        if (event.queued) waiting.set(event.messageId, event);
        else speaking = null;
        return event.queued ? '' : message(event);
      case 'message_edited': {
        const said = waiting.get(event.messageId);
        if (said) waiting.set(event.messageId, { ...said, content: event.content });
        return '';
      }
      case 'message_dropped':
        waiting.delete(event.messageId);
        return '';
      case 'turn_started':
        return take(event.messageIds) + (event.replaces === null ? '' : again);
      case 'messages_taken':
        return take(event.messageIds);
      case 'step_done': {
        const text = textOf(event.content);
        if (text === '') return '';
        const head = speaking === event.turnId ? '' : heading('Claude', event.at, ` · ${plain(event.model)}`);
        speaking = event.turnId;
        return head + text;
      }
      case 'tool_ended':
        return `${code(event.name)} ${event.isError ? 'failed' : 'answered'}:\n\n${quote(event.text)}\n\n`;
      case 'turn_ended':
        speaking = null;
        return event.outcome === 'completed'
          ? ''
          : aside(`The turn ended: ${event.outcome}${event.code === null ? '' : ` (${plain(event.code)})`}.`);
      case 'context_compacted':
        return aside('From here on the model sees a summary of what came before.');
      case 'title_changed':
        return aside(`Named: ${plain(event.title)}`);
      case 'status_changed':
        return aside(`Now ${event.status.replaceAll('_', ' ')}.`);
      case 'schedule_changed':
        return aside(`Schedule "${plain(event.name)}" ${event.change} by ${event.by}.`);
      case 'note_changed':
        return aside(`Note changed by ${event.by}.`) + (event.text === '' ? '' : `${quote(event.text)}\n\n`);
      case 'webhook_changed':
        return aside(`Webhook "${plain(event.name)}" ${event.change} by ${event.by}.`);
      case 'question_asked':
        return aside(`Asked: ${plain(event.question.title)}`) + asked(event.question);
      case 'question_closed':
        return (
          aside(
            `${closings[event.end.outcome]}${event.end.by === null ? '' : ` by ${plain(event.end.by.device)}`}`,
          ) + given(event.end)
        );
      case 'run_ended':
      case 'tool_intended':
      case 'question_reminded':
      case 'turn_retrying':
        return '';
      default:
        event satisfies never;
        return '';
    }
  };

  return {
    write,
    end: () => [...waiting.values()].map((said) => message(said, ' · not sent yet')).join(''),
  };
}
