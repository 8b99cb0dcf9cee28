/** What is said when nothing fits: that the message was understood as words, and what can be tried instead. */
import { pick } from '../digest.ts';
import { say } from '../reply/draft.ts';
import { nameOf } from './memory.ts';
import type { Speaker } from './speaker.ts';
import { coreOf, firstSentence, shorten } from './words.ts';

const WORK =
  /\b(watch|monitor|keep an eye|remind me|every (day|morning|evening|hour|week|\d+ minutes)|schedule|each (day|morning|week)|e-?mails?|inbox|calendar|photos?|podcast|slack|search the web|look up|browse|download|book|order|send|notify)\b/i;
const CLOCK = /\bwhat (time|day|date) is it\b|\bwhat('s| is) (the time|today'?s date|the date)\b/i;

export const clock: Speaker = {
  name: 'clock',
  speak: ({ newest, sentAt }) => {
    if (!CLOCK.test(newest)) return undefined;
    if (sentAt === undefined) {
      return say('I have no clock: what I know stands in this conversation, and the time does not.');
    }
    const [day = '', time = ''] = sentAt.replace(/Z$/, '').split('T');
    return say(`Your message was sent on ${day} at ${time} UTC. That is all the clock I have.`);
  },
};

/** Work in the world needs tools. Without them it says so instead of pretending. */
export const work: Speaker = {
  name: 'work without tools',
  speak: ({ newest, tools }) =>
    WORK.test(newest) && tools.length === 0
      ? say(
          `I understand what you want: ${shorten(coreOf(newest), 140)}. That takes tools, and none are offered to me in ` +
            'this conversation, so I have done nothing and will not pretend otherwise.',
          'This asks for work in the world. I check what I have to do it with: no tools.',
        )
      : undefined,
};

/** Always answers. */
export const fallback: Speaker = {
  name: 'fallback',
  speak: ({ newest, earlier, seed }) => {
    if (newest === '') return say('There are no words in this message, so there is nothing I can answer.');
    const understood = shorten(coreOf(newest), 140) || shorten(newest, 140);
    const name = nameOf(earlier);
    const opening = name === undefined ? 'I' : `${name}, I`;
    const thinking = `The message is about: ${shorten(firstSentence(newest), 100)}. None of my rules fits it.`;
    if (/\?\s*$/.test(newest)) {
      return say(
        `${opening} read your question as: *${understood}*. Answering it takes knowledge, and I am the demo model: I have ` +
          `none. ${pick(seed, ['With an API key set, Claude answers this.', 'Claude would know; I only keep its place.'])}`,
        thinking,
      );
    }
    return say(
      pick(seed, [
        `${opening} understood: *${understood}*. I am the demo model and can do little with it, but it stays in this ` +
          'conversation, and you can ask me later what you said.',
        `${opening} have read that: *${understood}*. As the demo model I follow simple rules; ask me for a plan, a table, ` +
          'a piece of code or a haiku to see more.',
      ]),
      thinking,
    );
  },
};
