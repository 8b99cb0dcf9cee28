/** Says what tools returned, where no flow has anything better to say about it. */
import { say, type Draft } from '../reply/draft.ts';
import type { Speaker } from './speaker.ts';
import type { View } from './view.ts';
import { shorten } from './words.ts';

/** One line a result; failures are called failures. */
export function reportOutcomes(view: View): Draft {
  if (view.outcomes.length === 0)
    return say('The tool was called, and no result came back with this message.');
  const lines = view.outcomes.map(({ name, text, isError }) => {
    const shown = text.trim() === '' ? 'an empty result' : shorten(text, 300);
    return isError ? `**${name}** failed: ${shown}` : `**${name}** returned: ${shown}`;
  });
  if (lines.length === 1) return say(lines[0] ?? '');
  return say(`${lines.length} results came back:\n\n${lines.map((line) => `- ${line}`).join('\n')}`);
}

export const outcomes: Speaker = {
  name: 'outcomes',
  speak: (view) => (view.outcomes.length > 0 ? reportOutcomes(view) : undefined),
};
