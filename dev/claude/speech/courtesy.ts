/** Greetings, thanks, farewells: what a conversation begins and ends with. */
import { pick } from '../digest.ts';
import { say } from '../reply/draft.ts';
import { nameOf } from './memory.ts';
import type { Speaker } from './speaker.ts';

const GREETING =
  /^(hi|hello|hey|hallo|hola|bonjour|good (morning|afternoon|evening)|greetings|moin|servus)\b[\s,!.]*(there|you|claude|everyone)?[\s!.]*$/i;
const HOW_ARE_YOU = /^(hi|hello|hey)?[\s,!.]*how are you\b.{0,20}$/i;
const THANKS = /^(thanks|thank you|thx|cheers|great|perfect|nice|cool|awesome|good job|well done)\b.{0,40}$/i;
const FAREWELL = /^(bye|goodbye|good night|see you|farewell|ciao|tschüss)\b.{0,30}$/i;
/** Said once, where it helps: whoever comes for the first time must know whom they talk to. */
const INTRODUCTION = 'I am the demo model of this local installation: a stand-in, not Claude.';

export const greeting: Speaker = {
  name: 'greeting',
  speak: ({ newest, earlier, said, seed }) => {
    if (!GREETING.test(newest)) return undefined;
    const name = nameOf(earlier);
    const called = name === undefined ? '' : `, ${name}`;
    if (said.length > 1) {
      return say(
        pick(seed, [`Hello again${called}. Where were we?`, `Hello${called}. What would you like next?`]),
      );
    }
    return say(
      `Hello${called}. ${INTRODUCTION} Ask me for a plan, a table, a haiku or a sum, or tell me your name and see ` +
        'whether I remember it.',
    );
  },
};

export const howAreYou: Speaker = {
  name: 'how are you',
  speak: ({ newest }) =>
    HOW_ARE_YOU.test(newest) ? say('All running as it should, thank you. What shall we try?') : undefined,
};

export const thanks: Speaker = {
  name: 'thanks',
  speak: ({ newest, seed }) =>
    THANKS.test(newest) ? say(pick(seed, ['You are welcome.', 'Glad that helped.', 'Any time.'])) : undefined,
};

export const farewell: Speaker = {
  name: 'farewell',
  speak: ({ newest }) =>
    FAREWELL.test(newest) ? say('Goodbye. This conversation stays here for when you come back.') : undefined,
};
