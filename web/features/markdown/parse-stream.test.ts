import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseBlocks } from './parse-blocks.ts';
import { type Parsed, parseNext, smoothing } from './parse-stream.ts';
import { smooth } from './smooth.ts';

beforeAll(() => {
  smoothing.of = smooth;
});

const REPLY = `# Plan

Some **bold words** and \`code\`, then a [link](https://a.test/x).

- first *item*
- second
  - nested

\`\`\`ts
const a = "**not bold**";

const b = 2;
\`\`\`

| Day | Cost |
|-----|-----:|
| Mon | 1 |
| Tue | 2 |

> quote

Setext heading
--------------

1. one
2. two

The ~~very~~ end.
`;

/** Reads the text as it grows by `step` characters at a time. */
function grow(text: string, step: number): Parsed[] {
  const seen: Parsed[] = [];
  for (let end = step; end < text.length + step; end += step) {
    seen.push(parseNext(seen.at(-1) ?? null, text.slice(0, end), true));
  }
  return seen;
}

describe('a text that grows', () => {
  test.each([1, 3, 7, 40])('keeps finished blocks as they are, %i characters at a time', (step) => {
    const steps = grow(REPLY, step);
    for (let at = 1; at < steps.length; at += 1) {
      const before = steps[at - 1];
      const now = steps[at];
      if (!before || !now) throw new Error('a step is missing');
      for (let index = 0; index < before.settled; index += 1) {
        expect(now.blocks[index], `block ${index} at step ${at}`).toBe(before.blocks[index]);
      }
    }
  });

  test('never grows smaller, and ends as the whole text reads', () => {
    const steps = grow(REPLY, 1);
    let most = 0;
    for (const { blocks } of steps) {
      // A held-back line may be all there is of a block, but what was shown does not go away again.
      expect(blocks.length).toBeGreaterThanOrEqual(most - 1);
      most = Math.max(most, blocks.length);
    }
    expect(parseNext(steps.at(-1) ?? null, REPLY, false).blocks).toEqual(parseBlocks(REPLY));
  });

  test('shows no mark that is about to become something else', () => {
    const shown = grow(REPLY, 1).map(({ blocks }) => JSON.stringify(blocks));
    for (const blocks of shown) {
      const outside = blocks.replace(/\{"type":"code".*?\}/g, '');
      expect(outside, 'half a table is not a paragraph').not.toMatch(/"paragraph","text":"\|/);
      expect(outside, 'a fence is not a paragraph').not.toMatch(/"paragraph","text":"`{2}/);
      expect(outside, 'a list mark alone is not a paragraph').not.toMatch(
        /"paragraph","text":"(?:[-#>]|\d\.)"/,
      );
    }
    expect(
      shown.some((blocks) => blocks.includes('"lang":"t"')),
      'a language grows unseen',
    ).toBe(false);
  });

  test('a text that is replaced is read anew', () => {
    const first = parseNext(null, 'one\n\ntwo\n\nthree', true);
    const second = parseNext(first, 'other\n\ntext', true);
    expect(second.blocks).toEqual(parseBlocks('other\n\ntext'));
  });

  test('whatever comes, in whatever pieces, ends like the whole', () => {
    const marks = [
      '*',
      '**',
      '_',
      '`',
      '```',
      '~~',
      '# ',
      '- ',
      '1. ',
      '> ',
      '|',
      '|-|',
      '---',
      '[',
      '](',
      ')',
    ];
    const rest = [
      'a',
      'b c',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '[x](https://a.test)',
      '<b>',
      '\\',
      '\t',
      '    ',
      '&amp;',
    ];
    const piece = fc.constantFrom(...marks, ...rest, '\r\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (pieces, step) => {
        const text = pieces.join('');
        const last = grow(text, step).at(-1) ?? null;
        expect(parseNext(last, text, false).blocks).toEqual(parseBlocks(text));
      }),
      { seed: 20261121, numRuns: 400 },
    );
  });
});

describe('smoothing the end', () => {
  const cases: Array<[string, string]> = [
    ['half **bold wor', 'half **bold wor**'],
    ['half **', 'half'],
    ['half *em', 'half *em*'],
    ['**both *of', '**both *of***'],
    ['a `cod', 'a `cod`'],
    ['a `', 'a'],
    ['see [the docs](https://a.te', 'see the docs'],
    ['see [the do', 'see the do'],
    ['see [the docs](https://a.test) and', 'see [the docs](https://a.test) and'],
    ['2 * 3', '2 * 3'],
    ['snake_case', 'snake_case'],
    ['text\n\n-', 'text\n\n'],
    ['text\n\n1.', 'text\n\n'],
    ['text\n--', 'text\n'],
    ['text\n\n| a | b', 'text\n\n'],
    ['text\n\n| a | b |\n|--', 'text\n\n'],
    ['| a |\n|---|\n| 1 |\n| hal', '| a |\n|---|\n| 1 |\n'],
    ['| one\n| two\n| thr', '| one\n| two\n| thr'],
    ['text\n\n```py', 'text\n\n'],
    ['```py\nprint("**")', '```py\nprint("**")'],
    ['```py\nx\n``', '```py\nx\n'],
    ['~~gone', '~~gone~~'],
  ];
  test.each(cases)('%j is shown as %j', (text, shown) => {
    expect(smooth(text).trimEnd()).toBe(shown.trimEnd());
  });
});
