import { expect, it } from 'vitest';
import { questionOf } from '#shared/protocol/fixtures.ts';
import type { QuestionField } from '#shared/protocol/question.ts';
import { fastest } from '#test/core/fastest.ts';
import { decideTyped } from './answer.ts';
import { readForm } from './form-reply.ts';

const field = (id: string, kind: QuestionField['kind'], ...labels: string[]): QuestionField => ({
  id,
  kind,
  label: `What ${id}?`,
  options: labels.map((label) => ({ label, description: null })),
  multiple: false,
});
const length = field('length', 'choice', '5 minutes', '10 minutes', '20 minutes');
const tone = field('tone', 'choice', 'Casual', 'Serious');
const about = field('about', 'text');
const sure = field('sure', 'confirmation');

const podcast = [length, tone];
/** Every field with the whole reply: the model takes it apart. */
const whole = (fields: QuestionField[], said: string) =>
  Object.fromEntries(fields.map(({ id }) => [id, said]));

it('gives each field of the form its part of a typed reply', () => {
  const question = questionOf(1, { kind: 'form', fields: podcast, approval: null });
  const decided = decideTyped(question, '10 minutes, casual', 'a test');
  expect(decided?.end.answers).toEqual({ length: '10 minutes', tone: 'Casual' });
  expect(JSON.parse(decided?.said ?? '')).toEqual({
    answers: [
      { question: 'What length?', answer: '10 minutes' },
      { question: 'What tone?', answer: 'Casual' },
    ],
  });
});

it('reads the parts in any order, by commas and by lines', () => {
  const both = { length: '10 minutes', tone: 'Casual' };
  for (const said of ['Casual; 10 minutes.', 'casual,10 minutes', '10 minutes\n\ncasual\n'])
    expect([said, readForm(podcast, said)]).toEqual([said, both]);
  expect(readForm([...podcast, sure], 'yes, casual, 5 minutes')).toEqual({
    length: '5 minutes',
    tone: 'Casual',
    sure: true,
  });
});

it('keeps the words of a person who says more than the option, or something else', () => {
  expect(readForm(podcast, 'not casual, about 10 minutes')).toEqual({
    length: 'about 10 minutes',
    tone: 'not casual',
  });
  expect(readForm(podcast, '10 minutes, rather dry')).toEqual({ length: '10 minutes', tone: 'rather dry' });
  expect(readForm(podcast, 'casual, serious, 10 minutes')).toEqual({
    length: '10 minutes',
    tone: 'casual, serious',
  });
});

it('gives what is left over to the field for words', () => {
  expect(readForm([...podcast, about], 'casual, on robots, 10 minutes, and a bit of law')).toEqual({
    length: '10 minutes',
    tone: 'Casual',
    about: 'on robots, and a bit of law',
  });
});

it('leaves open what a reply with fewer parts does not say', () => {
  expect(readForm(podcast, 'casual')).toEqual({ tone: 'Casual' });
  expect(readForm([...podcast, about], '10 minutes')).toEqual({ length: '10 minutes' });
});

it('loses nothing of a reply with more parts than fields', () => {
  expect(readForm(podcast, '10 minutes, casual, on robots, no music')).toEqual({
    length: '10 minutes',
    tone: 'casual, on robots, no music',
  });
});

it('gives the whole reply to every field where the parts fit none, or it would have to guess', () => {
  for (const said of [
    'I don’t know, you choose',
    'short, funny',
    ',;\n,',
    'casual but 10 minutes is too long',
    '1',
  ])
    expect(readForm(podcast, said)).toEqual(whole(podcast, said));
  expect(readForm([about, field('place', 'text')], 'Anna, Lima')).toEqual(
    whole([about, field('place', 'text')], 'Anna, Lima'),
  );
  const again = [tone, field('voice', 'choice', 'Casual', 'Deep')];
  expect(readForm(again, 'casual')).toEqual(whole(again, 'casual'));
});

it('gives the whole reply where a second answer to one choice is perhaps meant for words', () => {
  for (const [fields, said] of [
    [[size, about], 'L, 2'],
    [[sure, about], 'yes, no'],
  ] as const)
    expect(readForm([...fields], said)).toEqual(whole([...fields], said));
});

const size = field('size', 'choice', 'S', 'M', 'L');

it('reads numbers and places by position, where each field has a part', () => {
  for (const said of ['2, 1', '2; 1', '2\n\n1\n', '2), 1.', 'second, first', 'the 2nd, #1', 'option 2, 1'])
    expect([said, readForm([size, tone], said)]).toEqual([said, { size: 'M', tone: 'Casual' }]);
  expect(readForm([size, tone], 'the second one, serious')).toEqual({ size: 'M', tone: 'Serious' });
  // Words for a place are no value.
  expect(readForm(podcast, 'The second, serious')).toEqual({ length: '10 minutes', tone: 'Serious' });
  expect(readForm(podcast, '10 minutes, 2')).toEqual({ length: '10 minutes', tone: 'Serious' });
  expect(readForm([tone, sure, about], '2, yes, on robots')).toEqual({
    tone: 'Serious',
    sure: true,
    about: 'on robots',
  });
});

it('gives the whole reply where a number is perhaps no place', () => {
  const ask = (label: string, ...options: string[]) => ({ ...field('it', 'choice', ...options), label });
  for (const [fields, said] of [
    // A value, or the beginning of one.
    [podcast, '2, 1'],
    [podcast, '5, 1'],
    [podcast, '3, casual'],
    [[ask('Which?', '2 hosts', '1 host'), tone], '2, 1'],
    [[ask('Which?', '3', '2', '1'), tone], '2, 1'],
    [[ask('Which?', 'Two weeks', 'A week'), tone], '2, 1'],
    [[ask('Wie lange?', 'Zwei Wochen', 'Eine Woche'), tone], '2, 1'],
    [[ask('Which?', 'Second half', 'First half'), tone], '2, 1'],
    [[ask('How many hosts?', 'A few', 'Many'), tone], '2, 1'],
    [[ask('Which?', 'The second draft', 'The first draft'), tone], 'the second, 1'],
    // No such option, or too many or too few of them.
    [[size, tone], '1, 3'],
    [[size, tone], '0, 1'],
    [[size, tone], '2, 1, 1'],
    [[size, tone], '2'],
    [[size, tone], '2, , 1'],
    // A comma between digits is part of a number.
    [[size, tone], '2,1'],
    [[size, tone], '2 1'],
    // Two of one field, or one for words.
    [[{ ...size, multiple: true }, tone], '1, 2'],
    [[about, tone], '2, 1'],
    // Out of order.
    [[size, tone], 'serious, 1'],
    [[tone, field('voice', 'choice', 'Casual', 'Deep')], 'casual, 2'],
  ] as const)
    expect([said, readForm([...fields], said)]).toEqual([said, whole([...fields], said)]);
});

it('takes numbers whole, and finds no option inside of another word', () => {
  const city = field('city', 'choice', 'Lima, Peru', 'Art');
  expect(readForm([city, about], 'art, 1,500 words')).toEqual({ city: 'Art', about: '1,500 words' });
  expect(readForm([city, sure], 'Lima, Peru, yes')).toEqual({ city: 'Lima, Peru', sure: true });
  expect(readForm([city, about], 'a start')).toEqual(whole([city, about], 'a start'));
  expect(readForm([field('a', 'choice', 'A', 'B'), tone], 'a serious one')).toEqual({
    tone: 'a serious one',
  });
});

it('takes no time for a reply that was made to take some', () => {
  const many = Array.from({ length: 20 }, (_, n) =>
    field(`f${n}`, 'choice', ...Array.from({ length: 50 }, (_each, k) => `option ${n} ${k}`)),
  );
  for (const said of ['casual,'.repeat(10_000), 'a,'.repeat(400), ','.repeat(100_000), '"\n'.repeat(300)]) {
    expect(readForm(many, said)).toEqual(whole(many, said));
    expect(fastest(() => readForm(many, said))).toBeLessThan(1_000);
  }
});
