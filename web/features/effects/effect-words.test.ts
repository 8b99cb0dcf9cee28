import { expect, test } from 'vitest';
import type { EffectLine } from '#shared/protocol/connection.ts';
import { outcomeWords, whoWords } from './effect-words.ts';

const line: EffectLine = {
  callId: 'c',
  conversationId: 'v',
  conversationTitle: 'Receipts',
  turnId: 't',
  toolKey: 'k',
  title: 'Send mail',
  connection: 'Demo mail',
  risk: 'send',
  summary: '',
  allowedBy: 'person',
  decidedBy: 'Firefox on Linux',
  outcome: 'ok',
  at: '2026-11-20T10:00:00.000Z',
  endedAt: null,
};

test('what nobody has decided waits and does not run; what nobody knows says what to do', () => {
  expect(outcomeWords({ ...line, allowedBy: null, outcome: 'running' })).toEqual({
    word: 'Waits for your yes',
    tone: 'waiting',
  });
  expect(outcomeWords({ ...line, outcome: 'running' }).word).toBe('Running');
  expect(outcomeWords({ ...line, outcome: 'unknown' })).toMatchObject({ tone: 'waiting' });
  expect(outcomeWords({ ...line, outcome: 'unknown' }).word).toMatch(/unknown/);
});

test('who let it run is said with the device; a no is a no, not a missing yes', () => {
  expect(whoWords(line)).toBe('approved by you, Firefox on Linux');
  expect(whoWords({ ...line, allowedBy: 'rule' })).toBe('by your standing rule');
  expect(whoWords({ ...line, allowedBy: null, outcome: 'denied' })).toBe('rejected by you, Firefox on Linux');
  expect(whoWords({ ...line, allowedBy: null, decidedBy: null, outcome: 'denied' })).toBe('not allowed');
  expect(whoWords({ ...line, allowedBy: null, decidedBy: null, outcome: 'running' })).toBe('');
});
