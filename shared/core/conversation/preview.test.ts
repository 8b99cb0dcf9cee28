import { expect, it } from 'vitest';
import { oneLine } from './preview.ts';

it('makes one plain line of any text', () => {
  expect(oneLine('  two\n\n lines\t')).toBe('two lines');
  expect(oneLine('x'.repeat(500))).toHaveLength(140);
  expect(oneLine('## Plan\n\n- **first** `code`\n- [a link](https://example.com)')).toBe(
    'Plan first code a link',
  );
  expect(oneLine('A quiet week:\n\n| Day | Effort |\n|:----|---:|\n| Mon | 5 h |')).toBe(
    'A quiet week: Day Effort Mon 5 h',
  );
  expect(oneLine('```ts\nconst a = 1;\n```')).toBe('const a = 1;');
  expect(oneLine('2 * 3 * 4 and snake_case_name stay')).toBe('2 * 3 * 4 and snake_case_name stay');
  expect(oneLine('🙂'.repeat(100)).isWellFormed()).toBe(true);
  expect(oneLine('')).toBe('');
});
