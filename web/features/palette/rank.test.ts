import { expect, test } from 'vitest';
import { rank } from './rank.ts';

const entries = ['New conversation', 'Plan a weekend', 'A weekend in Lisbon', 'Weekend', 'Sign out'].map(
  (label) => ({ label }),
);
const labels = (typed: string) => rank(typed, entries).map(({ label }) => label);

test('what starts so comes first, then words, then parts; nothing typed shows all', () => {
  expect(labels('')).toHaveLength(5);
  expect(labels('  WEEK ')).toEqual(['Weekend', 'Plan a weekend', 'A weekend in Lisbon']);
  expect(labels('end')).toEqual(['Plan a weekend', 'A weekend in Lisbon', 'Weekend']);
  expect(labels('nothing like it')).toEqual([]);
});
