import { expect, test } from 'vitest';
import { AuditAction } from '#shared/protocol/security.ts';
import { waitWords } from '#web/data/problem-sentences.ts';
import { removedWords } from '#web/features/auth/removed-words.ts';
import { googleWords } from '#web/features/auth/google-words.ts';
import { auditWords } from './audit-words.ts';
import { agoWords, isSoon, untilWords } from './when.ts';

test('every line of the activity log is a sentence in plain words, with and without its detail', () => {
  for (const action of AuditAction.options) {
    for (const detail of [null, 'Laptop']) {
      expect(auditWords({ action, detail })).toMatch(/^[A-Z“][^_]+$/);
    }
  }
  expect(auditWords({ action: 'signed_in', detail: 'recovery_code' })).toBe('Signed in with a recovery code');
  expect(auditWords({ action: 'sessions_ended', detail: '1' })).toBe('One other device was signed out');
  expect(auditWords({ action: 'api_key_made', detail: 'Laptop' })).toBe('The API key “Laptop” was made');
});

test('times are said as people say them', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z');
  const ago = (iso: string) => agoWords(iso, 'UTC', now);
  expect(ago('2026-11-21T11:59:10.000Z')).toBe('just now');
  expect(ago('2026-11-21T11:15:00.000Z')).toBe('45 minutes ago');
  expect(ago('2026-11-21T09:00:00.000Z')).toBe('3 hours ago');
  expect(ago('2026-11-20T13:00:00.000Z')).toMatch(/^yesterday \d/);
  expect(ago('2026-11-11T12:00:00.000Z')).toBe('10 days ago');
  expect(untilWords('2026-11-24T12:00:00.000Z', now)).toBe('in 3 days');
  expect(untilWords('2026-11-21T11:00:00.000Z', now)).toBe('over');
  expect([isSoon('2026-11-27T12:00:00.000Z', now), isSoon('2026-12-27T12:00:00.000Z', now)]).toEqual([
    true,
    false,
  ]);
  expect([1, 60, 840, 7200].map(waitWords)).toEqual(['a second', 'a minute', '14 minutes', '2 hours']);
});

test('what a deletion removed reads well, also what this page does not know yet', () => {
  expect(removedWords({ conversations: 2, apiKeys: 12, passkeys: 0, newThings: 1 })).toEqual([
    ['API keys', '12'],
    ['Conversations', '2'],
    ['New things', '1'],
  ]);
});

test('every way back from Google has its sentence, and no other address says anything', () => {
  for (const code of ['denied', 'expired', 'refused', 'unavailable', 'unverified', 'something_new']) {
    expect(googleWords(`?google=${code}`)).toMatch(/^[A-Z].*\.$/);
  }
  expect(googleWords('?google=toString')).toMatch(/^Signing in with Google did not work/);
  expect(googleWords('')).toBeNull();
});
