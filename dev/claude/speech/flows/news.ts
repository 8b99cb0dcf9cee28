/** What became of a call that had waited while one talked of something else: the app tells it as news. */
import { say } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';

const NEWS = /\[news of the call \S+ to (\S+), which had waited[^\]]*\]\s*<result>\n([\s\S]*?)\n<\/result>/;

export const newsFlow: Speaker = {
  name: 'hears what became of a call',
  speak: (view) => {
    const [, tool, text] = NEWS.exec(view.newest) ?? [];
    if (tool === undefined || text === undefined || view.step > 0) return undefined;
    if (tool === 'create_schedule' && text.startsWith('Set up'))
      return say('It is set up, and goes on by itself from now on.');
    return say(`That has come to its end: ${text.split('\n')[0] ?? ''}`);
  },
};
