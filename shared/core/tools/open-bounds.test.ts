import { expect, test } from 'vitest';
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import { openBounds } from './open-bounds.ts';

const input = {
  to: 'bob@example.com',
  subject: 'News',
  body: 'See https://example.com',
  url: 'https://example.com/a',
  note: { author: 'Ada <ada@example.com>' },
  place: 'https://example.com/hook',
};
const open = (path: string, how: ArgumentMatch['how'], value?: unknown) =>
  openBounds(input, [{ path, how, ...(value === undefined ? {} : { value }) }]).map(({ reach }) => reach);

test('a recipient or a machine that may be anything opens a rule, whatever its argument is called', () => {
  expect(open('to', 'any')).toEqual(['people']);
  expect(open('url', 'any')).toEqual(['hosts']);
  expect(open('place', 'any')).toEqual(['hosts']);
  expect(open('note', 'any')).toEqual(['people']);
  expect(open('note.author', 'any')).toEqual(['people']);
  expect(open('channel_id', 'any')).toEqual(['people']);
});

test('words may be anything, and what is fixed opens nothing', () => {
  expect(open('subject', 'any')).toEqual([]);
  expect(open('body', 'any')).toEqual([]);
  expect(open('to', 'equals', 'bob@example.com')).toEqual([]);
  expect(open('to', 'template', 'bob@example.com')).toEqual([]);
});

test('a star opens a recipient anywhere, and an address before the end of its machine', () => {
  expect(open('to', 'template', '*@example.com')).toEqual(['people']);
  expect(open('url', 'template', 'https://*.example.com/a')).toEqual(['hosts']);
  expect(open('url', 'template', 'https://example.com*')).toEqual(['hosts']);
  expect(open('url', 'template', '*')).toEqual(['hosts']);
  expect(open('url', 'template', 'https://example.com/a/*')).toEqual([]);
});
