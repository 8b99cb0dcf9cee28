import { expect, it } from 'vitest';
import { inputAnswers } from './mcp-result.ts';

const asked = (key: string, properties: Record<string, unknown>) => ({
  key,
  mode: 'form' as const,
  message: `What of ${key}?`,
  schema: { type: 'object', properties },
  url: null,
});

it('answers each request of a server with what was said to it', () => {
  const requests = [asked('a', { size: { type: 'integer' } }), asked('b', {})];
  expect(inputAnswers(requests, { 'a.size': '3', 'b.': true })).toEqual({
    a: { action: 'accept', content: { size: 3 } },
    b: { action: 'accept', content: {} },
  });
});

it('takes nothing said for a no', () => {
  const requests = [asked('a', { size: { type: 'string' } }), asked('b', {})];
  expect(inputAnswers(requests, { 'a.size': 'large' })).toEqual({
    a: { action: 'accept', content: { size: 'large' } },
    b: { action: 'decline' },
  });
  expect(inputAnswers(requests, { 'b.': false })).toEqual({
    a: { action: 'decline' },
    b: { action: 'decline' },
  });
});
