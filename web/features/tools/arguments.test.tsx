import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Arguments, shown } from './arguments.tsx';

test('a list of plain words is read as words, and nothing else is', () => {
  expect(shown(['rebecca@example.com', 'tom@example.com'])).toBe('rebecca@example.com, tom@example.com');
  expect(shown(['one'])).toBe('one');
  expect(shown([])).toBe('[]');
  // What could be taken for two, or for none, is shown as it is sent.
  for (const list of [['a, b'], ['a\nb'], [''], [' a'], [1, 'a'], [['a']]])
    expect(JSON.parse(shown(list))).toEqual(list);
});

test('a list that was changed stands beside what it was', () => {
  render(<Arguments input={{ to: ['a', 'c'] }} before={{ to: ['a', 'b'] }} />);
  expect(screen.getByText('a, b').tagName).toBe('DEL');
  expect(screen.getByText('a, c').tagName).toBe('INS');
});
