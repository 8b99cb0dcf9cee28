/** Who is speaking, and what that one can do. It never passes for Claude. */
import { say } from '../reply/draft.ts';
import type { Speaker } from './speaker.ts';

const WHO =
  /\b(who|what) are you\b|\bare you (really |actually )?(claude|chatgpt|gpt|an? (ai|bot|robot|human|person|real|machine|model|language model))\b|\b(what|which) (model|llm|ai)\b|\bwho (made|built|trained) you\b|\bwhat('s| is) your name\b|\bintroduce yourself\b/i;
const ABILITIES =
  /\bwhat (can|could|do) you do\b|\bhow can you help\b|\bwhat are you (able|good)\b|\byour (abilities|capabilities)\b|^help[\s!.?]*$|\bwhat (is|does) this (app|do)\b/i;

export const identity: Speaker = {
  name: 'identity',
  speak: ({ newest }) =>
    WHO.test(newest)
      ? say(
          'I am the demo model of this local installation: a stand-in for the Claude API, **not Claude**. I follow ' +
            'fixed rules and know nothing of the world. Once an `ANTHROPIC_API_KEY` is set, Claude answers in my place.',
        )
      : undefined,
};

export const abilities: Speaker = {
  name: 'abilities',
  speak: ({ newest, tools }) => {
    if (!ABILITIES.test(newest)) return undefined;
    const offered =
      tools.length === 0
        ? 'No tools are offered to me in this conversation.'
        : `Tools offered to me here: ${tools.map((tool) => `\`${tool.name}\``).join(', ')}.`;
    return say(
      [
        'I am the demo model, so little, but enough to try the app:',
        '',
        '- remember what you told me in this conversation ("my name is Ada", then "what is my name?")',
        '- small sums ("what is 12 * (3 + 4)?")',
        '- a plan, a table, a piece of code, a haiku',
        '- misbehave on request: `[scenario: markdown]`, `[scenario: long words=300]`, `[scenario: overloaded]`',
        '',
        offered,
      ].join('\n'),
    );
  },
};
