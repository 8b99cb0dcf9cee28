/** Tasks an application gives a small model behind the user's back: titles and summaries. Plain text, nothing else. */
import { say } from '../reply/draft.ts';
import type { Speaker } from './speaker.ts';
import type { View } from './view.ts';
import { firstSentence, shorten, titleOf } from './words.ts';

const ASKS_TITLE =
  /\b(write|create|generate|give|suggest|return|reply|answer|respond|make|choose|name)\b[^.]{0,80}\btitle\b/i;
const ASKS_SUMMARY = /\b(summari[sz]e|summary of)\b/i;
/** A longer system prompt is that of a conversation, whatever words it uses. */
const TASK_PROMPT_LENGTH = 2000;

/** Whether this request is such a task: markers of scenarios in it were meant for somebody else. */
export function isTask(view: View): boolean {
  return asks(view, ASKS_TITLE) || asks(view, ASKS_SUMMARY);
}

function asks(view: View, pattern: RegExp): boolean {
  return view.tools.length === 0 && view.system.length <= TASK_PROMPT_LENGTH && pattern.test(view.system);
}

/** What people said: the turns themselves, or a transcript quoted in one of them. */
function transcript(view: View): { users: readonly string[]; replies: readonly string[] } {
  const users: string[] = [];
  const replies: string[] = [];
  for (const { role, text } of view.said) {
    const parts = text.split(/^\s*(user|human|person|assistant|claude)\s*:\s*/im);
    if (parts.length < 3) {
      (role === 'user' ? users : replies).push(text);
      continue;
    }
    for (let index = 1; index + 1 < parts.length; index += 2) {
      const quoted = (parts[index + 1] ?? '').replace(/<[^>]+>/g, ' ').trim();
      if (quoted !== '') (/user|human|person/i.test(parts[index] ?? '') ? users : replies).push(quoted);
    }
  }
  return { users, replies };
}

export const title: Speaker = {
  name: 'title',
  speak: (view) => {
    if (!asks(view, ASKS_TITLE)) return undefined;
    const { users } = transcript(view);
    return say(titleOf(users[0] ?? view.newest));
  },
};

export const summary: Speaker = {
  name: 'summary',
  speak: (view) => {
    if (!asks(view, ASKS_SUMMARY)) return undefined;
    const { users, replies } = transcript(view);
    const wishes = users.slice(0, 6).map((text) => shorten(firstSentence(text), 90).replace(/[.!]+$/, ''));
    const last = replies.at(-1);
    const ending = last === undefined ? '' : ` The last reply said: ${shorten(firstSentence(last), 120)}`;
    return say(`The user wrote: ${wishes.join('; ') || '(nothing in words)'}.${ending}`);
  },
};
