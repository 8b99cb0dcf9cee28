import { expect, test } from 'vitest';
import { aloud, endOfSentences } from './spoken.ts';

test('only finished sentences are told', () => {
  const text = 'One sentence. Another "one." And a half';
  expect(text.slice(0, endOfSentences(text))).toBe('One sentence. Another "one."');
  expect(endOfSentences('No end yet')).toBe(0);
  expect(endOfSentences('3.5 is no end')).toBe(0);
  expect(endOfSentences('One.\n2. Two'), 'the number of a list is no sentence').toBe(4);
  expect(endOfSentences('A heading\n\nand')).toBe('A heading\n\n'.length);
});

test('code that is still being written is not', () => {
  const open = 'Look. Here:\n\n```ts\nconst a = 1. ;\n\nlet b';
  expect(open.slice(0, endOfSentences(open)).trim()).toBe('Look. Here:');
});

test('marks are not spelled out', () => {
  expect(aloud('## Head\n\n- **bold** and `code`, see [docs](https://a.test)')).toBe(
    'Head bold and code, see docs',
  );
  expect(aloud('Before.\n```js\nx()\n```\nAfter.')).toBe('Before. Code block. After.');
});
