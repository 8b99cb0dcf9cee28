import { expect, test } from 'vitest';
import { withNewest } from './use-paged.ts';

const page = (items: string[], nextCursor: string | null = null) => ({ items, nextCursor });
const keyOf = (item: string) => item;

test('the beginning is read anew and what was loaded below it stays', () => {
  expect(withNewest(page(['c', 'b', 'a']), page(['d', 'c', 'b'], 'b'), keyOf)).toEqual(
    page(['d', 'c', 'b', 'a']),
  );
  expect(withNewest(page(['c', 'b'], 'b'), page(['d', 'c'], 'c'), keyOf)).toEqual(page(['d', 'c', 'b'], 'b'));
});

test('what is gone is gone, and what lies between is not left out', () => {
  expect(withNewest(page(['c', 'b', 'a']), page(['c']), keyOf)).toEqual(page(['c']));
  expect(withNewest(page(['b', 'a']), page(['f', 'e'], 'e'), keyOf)).toEqual(page(['f', 'e'], 'e'));
});
