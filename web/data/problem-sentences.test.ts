import { expect, test } from 'vitest';
import { ProblemError } from '#shared/client/problem-error.ts';
import { problems } from '#shared/protocol/problem.ts';
import { describe as sentenceOf, sentenceFor, sentences } from './problem-sentences.ts';

test('every code the API can answer with has a sentence in plain words', () => {
  for (const code of [...Object.keys(problems), 'offline', 'bad_reply']) {
    const sentence = sentences[code as keyof typeof sentences];
    expect(`${code}: ${sentence}`).toMatch(/^\w+: [A-Z].*\.$/);
    expect(sentence, 'no code, no exclamation, no apology').not.toMatch(/_|!|sorry|oops/i);
  }
});

test('a code of a newer server and an error of another kind have one too', () => {
  expect(sentenceFor('brand_new_code')).toBe('That did not work. Try again.');
  expect(sentenceFor('toString'), 'not what every object has').toBe('That did not work. Try again.');
  expect(sentenceOf(new TypeError('x is undefined'))).toBe(sentences.internal);
  expect(sentenceOf(new ProblemError({ code: 'queue_full', status: 409, title: '' }))).toBe(
    sentences.queue_full,
  );
});
