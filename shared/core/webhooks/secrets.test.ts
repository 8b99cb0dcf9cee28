import { expect, it } from 'vitest';
import { keptBeside, overlapMs, repeated, shownAgainMs } from './secrets.ts';

const NOW = 1_000_000_000;
const before = { webhookId: 'w', credentialId: 's', request: 'r', at: NOW };
const { at: _at, ...asked } = before;

it('keeps the secret that senders use beside a new one, however often it is replaced before it is entered', () => {
  const first = { secret: 'a', previous: null, previousUntil: null, proved: false };
  expect(keptBeside(first, NOW)).toBe('a');
  const lost = { secret: 'b', previous: 'a', previousUntil: NOW + overlapMs, proved: false };
  expect(keptBeside(lost, NOW)).toBe('a');
  expect(keptBeside({ ...lost, proved: true }, NOW)).toBe('b');
  expect(keptBeside(lost, NOW + overlapMs)).toBe('b');
  expect(keptBeside({ ...first, secret: null }, NOW)).toBeNull();
});

it('answers the same act the same for ten minutes, to whom it was answered, and knows another one', () => {
  expect(repeated(before, asked, NOW + shownAgainMs - 1)).toBe('same');
  expect(repeated(before, asked, NOW + shownAgainMs)).toBe('without_secret');
  expect(repeated(before, { ...asked, credentialId: 'other' }, NOW)).toBe('without_secret');
  expect(repeated(before, { ...asked, request: 'other' }, NOW)).toBe('other');
  expect(repeated(before, { ...asked, webhookId: 'other' }, NOW)).toBe('other');
});
