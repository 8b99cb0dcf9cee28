/** What was said earlier in the conversation: names, simple facts, the last words of either side. */
import { say } from '../reply/draft.ts';
import type { Speaker } from './speaker.ts';
import { capitalise, shorten } from './words.ts';

const NAME = /\b(?:my name is|call me|i am called)\s+([\p{L}][\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*)?)/iu;
const ASKS_NAME = /\bwhat('s| is) my name\b|\bdo you (know|remember) my name\b|\bwho am i\b/i;
const FACT = /\bmy ((?:[\p{L}-]+ ){0,3}[\p{L}-]+) (?:is|are) (?:called |named )?([^.!?\n]{1,80})/iu;
const ASKS_FACT =
  /\b(?:what|who|which|where|when)(?:'s| is| are| was)(?: called)? my ([\p{L} -]{2,40}?)(?: called)?\s*\??$/iu;
const ASKS_OWN_WORDS =
  /\bwhat (did|have) i (just )?(say|said|ask|asked|write|wrote|tell you|told you)\b|\brepeat what i\b/i;
const ASKS_REPLY =
  /\bwhat did you (just )?(say|answer|reply|write|tell)\b|\b(say|repeat) that again\b|^repeat( that)?[.!?]*$/i;

/** The name the user gave last, or `undefined`. */
export function nameOf(texts: readonly string[]): string | undefined {
  for (const text of texts.toReversed()) {
    const name = NAME.exec(text)?.[1];
    if (name !== undefined) return name.split(/\s+/).map(capitalise).join(' ');
  }
  return undefined;
}

export const recallsName: Speaker = {
  name: 'recalls the name',
  speak: ({ newest, earlier }) => {
    if (!ASKS_NAME.test(newest)) return undefined;
    const name = nameOf(earlier);
    return name === undefined
      ? say('You have not told me your name in this conversation yet.')
      : say(`Your name is ${name}.`, 'The name stands in an earlier message of this conversation.');
  },
};

export const learnsName: Speaker = {
  name: 'learns the name',
  speak: ({ newest }) => {
    const name = nameOf([newest]);
    return name === undefined
      ? undefined
      : say(`Nice to meet you, ${name}. I will remember that in this conversation.`);
  },
};

export const recallsFact: Speaker = {
  name: 'recalls a fact',
  speak: ({ newest, earlier }) => {
    const asked = ASKS_FACT.exec(newest)?.[1]?.trim().toLowerCase();
    if (asked === undefined) return undefined;
    for (const text of earlier.toReversed()) {
      const [, thing, value] = FACT.exec(text) ?? [];
      if (thing?.trim().toLowerCase() === asked && value !== undefined) {
        return say(`You said your ${asked} is ${value.trim()}.`, 'An earlier message says so.');
      }
    }
    return say(`You have not told me what your ${asked} is.`);
  },
};

export const learnsFact: Speaker = {
  name: 'learns a fact',
  speak: ({ newest }) => {
    const [, thing, value] = FACT.exec(newest) ?? [];
    if (thing === undefined || value === undefined || newest.includes('?') || newest.length > 160)
      return undefined;
    return say(`Noted: your ${thing.trim()} is ${value.trim()}. Ask me about it later.`);
  },
};

export const recallsOwnWords: Speaker = {
  name: 'recalls what the user said',
  speak: ({ newest, earlier }) => {
    if (!ASKS_OWN_WORDS.test(newest)) return undefined;
    const last = earlier.at(-1);
    if (last === undefined) return say('This is your first message here; before it you said nothing.');
    const more = earlier.length > 1 ? ` Before that: "${shorten(earlier.at(-2) ?? '', 120)}"` : '';
    return say(`You said: "${shorten(last, 240)}"${more}`, 'I look at the message before this one.');
  },
};

export const recallsReply: Speaker = {
  name: 'recalls what it said',
  speak: ({ newest, said }) => {
    if (!ASKS_REPLY.test(newest)) return undefined;
    const last = said.findLast((one) => one.role === 'assistant');
    return last === undefined
      ? say('I have not said anything yet.')
      : say(`I said:\n\n> ${last.text.replaceAll('\n', '\n> ')}`);
  },
};
