/** Things to look at: a haiku, a plan, a table, a piece of code, so that a reply can show what the app renders. */
import { pick } from '../digest.ts';
import { say } from '../reply/draft.ts';
import type { Speaker } from './speaker.ts';
import { capitalise, shorten, topicAfter } from './words.ts';

const HAIKU: readonly [string, ...string[]] = [
  'Lamp on a calm desk\nthe list grows short by evening\ntea, and then the moon',
  'First light on the page\na question waits for its turn\nthe clock lets it rest',
  'Rain on the window\nsmall tasks fall into their place\none thing, then the next',
];

export const haiku: Speaker = {
  name: 'haiku',
  speak: ({ newest, seed }) => {
    if (!/\b(haiku|poem|verse)\b/i.test(newest)) return undefined;
    const topic = topicAfter(newest, ['about', 'on', 'for']);
    const lines = pick(seed, HAIKU).split('\n').join('  \n');
    return say(
      topic === undefined ? lines : `For ${shorten(topic, 60)}:\n\n${lines}`,
      'Five, seven, five. One of mine will have to do.',
    );
  },
};

export const plan: Speaker = {
  name: 'plan',
  speak: ({ newest }) => {
    if (!/\b(plan|checklist|to-?do|steps|agenda|list of)\b/i.test(newest)) return undefined;
    const topic = shorten(topicAfter(newest, ['for', 'to', 'about', 'of']) ?? 'this', 60);
    return say(
      [
        `A plan for ${topic}:`,
        '',
        '1. **Say what done looks like.** One sentence, with a date.',
        '2. **Collect what is there already**, and what is missing.',
        `3. **Take the smallest piece of ${topic}** that would be useful alone.`,
        '4. **Do it, and look at it** with somebody who needs it.',
        '5. **Decide what comes next**, and what is left out.',
        '',
        'The demo model writes the same plan for everything; Claude would fit it to your case.',
      ].join('\n'),
      `They want a plan for ${topic}. Five steps are enough.`,
    );
  },
};

export const table: Speaker = {
  name: 'table',
  speak: ({ newest }) => {
    if (!/\b(table|spreadsheet|grid)\b/i.test(newest)) return undefined;
    const factor = Number(/\b(\d{1,3})\b/.exec(newest)?.[1] ?? '0');
    if (factor > 0 && /multiplication|times/i.test(newest)) {
      const rows = Array.from(
        { length: 10 },
        (_, index) => `| ${index + 1} × ${factor} | ${(index + 1) * factor} |`,
      );
      return say(['| Sum | Result |', '|:----|-------:|', ...rows].join('\n'));
    }
    const topic = capitalise(
      shorten(topicAfter(newest, ['of', 'about', 'for', 'with']) ?? 'a quiet week', 60),
    );
    return say(
      [
        `${topic}:`,
        '',
        '| Day | Morning | Afternoon | Effort |',
        '|:----|:--------|:----------|-------:|',
        '| Monday | plan | the hardest piece | 5 h |',
        '| Wednesday | build | try it out | 4 h |',
        '| Friday | tidy up | write it down | 3 h |',
      ].join('\n'),
      'They want a table. A small one shows alignment and widths.',
    );
  },
};

const PYTHON = [
  '```python',
  'def group_by(items, key):',
  '    """Collects items in lists by key(item)."""',
  '    groups = {}',
  '    for item in items:',
  '        groups.setdefault(key(item), []).append(item)',
  '    return groups',
  '```',
];
const TYPESCRIPT = [
  '```ts',
  '/** Calls `run` once the calls have stopped for `ms` milliseconds. */',
  'export function debounce<Args extends unknown[]>(run: (...args: Args) => void, ms: number) {',
  '  let timer: ReturnType<typeof setTimeout> | undefined;',
  '  return (...args: Args): void => {',
  '    clearTimeout(timer);',
  '    timer = setTimeout(() => run(...args), ms);',
  '  };',
  '}',
  '```',
];

export const code: Speaker = {
  name: 'code',
  speak: ({ newest }) => {
    if (!/\b(code|function|script|snippet|program|typescript|javascript|python|algorithm)\b/i.test(newest))
      return undefined;
    const python = /\bpython\b/i.test(newest);
    return say(
      [
        `A piece of ${python ? 'Python' : 'TypeScript'} to look at:`,
        '',
        ...(python ? PYTHON : TYPESCRIPT),
        '',
        python
          ? 'It keeps the order in which items came.'
          : 'Each call starts the wait again; only the last one runs.',
      ].join('\n'),
      'Code is wanted. One short, complete function with a comment.',
    );
  },
};
