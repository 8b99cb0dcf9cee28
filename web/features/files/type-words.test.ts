import { expect, test } from 'vitest';
import { typeWords } from './type-words.ts';

test('media types in words; what is not known stays as it is', () => {
  expect(
    ['application/pdf', 'image/png', 'image/svg+xml', 'text/plain; charset=utf-8', 'text/x-python'].map(
      typeWords,
    ),
  ).toEqual(['PDF', 'PNG image', 'SVG image', 'Text', 'Text (python)']);
  expect(['application/vnd.oasis.odt', '', 'image/'].map(typeWords)).toEqual([
    'application/vnd.oasis.odt',
    'File',
    'image/',
  ]);
});
