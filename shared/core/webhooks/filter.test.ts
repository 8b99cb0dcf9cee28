import { expect, it } from 'vitest';
import type { WebhookCondition } from '#shared/protocol/webhook.ts';
import { bodyOf, passes } from './filter.ts';

const issue = bodyOf(
  JSON.stringify({
    action: 'opened',
    issue: { number: 7, labels: [{ name: 'bug' }], draft: false, who: null },
  }),
  'application/json',
);
const holds = (condition: WebhookCondition, body = issue) => passes([condition], body);

it('compares fields by their path', () => {
  expect(holds({ path: 'action', is: 'equals', value: 'opened' })).toBe(true);
  expect(holds({ path: 'action', is: 'equals', value: 'closed' })).toBe(false);
  expect(holds({ path: 'issue.number', is: 'equals', value: 7 })).toBe(true);
  expect(holds({ path: 'issue.number', is: 'equals', value: '7' })).toBe(false);
  expect(holds({ path: 'issue.labels.0.name', is: 'one_of', value: ['bug', 'crash'] })).toBe(true);
  expect(holds({ path: 'issue.draft', is: 'not_equals', value: true })).toBe(true);
  expect(holds({ path: 'issue.who', is: 'exists' })).toBe(true);
  expect(holds({ path: 'issue.whom', is: 'exists' })).toBe(false);
  expect(holds({ path: '', is: 'contains', value: '"bug"' })).toBe(true);
  expect(holds({ path: 'issue.labels', is: 'contains', value: 'bug' })).toBe(false);
});

it('needs all of several, and lets everything through without any', () => {
  const opened: WebhookCondition = { path: 'action', is: 'equals', value: 'opened' };
  const seventh: WebhookCondition = { path: 'issue.number', is: 'equals', value: 8 };
  expect(passes([opened, seventh], issue)).toBe(false);
  expect(passes([], issue)).toBe(true);
  expect(passes(null, issue)).toBe(true);
});

it('sees nothing that is inherited, and nothing in what is no JSON', () => {
  for (const path of ['constructor', '__proto__', 'issue.labels.length.x', 'toString', 'a.'.repeat(50)])
    expect([path, holds({ path, is: 'exists' })]).toEqual([path, false]);
  const text = bodyOf('plain words', 'text/plain');
  expect(holds({ path: 'action', is: 'exists' }, text)).toBe(false);
  expect(holds({ path: '', is: 'contains', value: 'words' }, text)).toBe(true);
});

it('reads forms by their fields', () => {
  const form = bodyOf('command=%2Fdeploy&text=now', 'application/x-www-form-urlencoded; charset=utf-8');
  expect(holds({ path: 'command', is: 'equals', value: '/deploy' }, form)).toBe(true);
  const figures = bodyOf('id=7&ok=true', 'application/x-www-form-urlencoded');
  expect(holds({ path: 'id', is: 'equals', value: 7 }, figures)).toBe(true);
  expect(holds({ path: 'ok', is: 'one_of', value: [true] }, figures)).toBe(true);
  expect(holds({ path: 'id', is: 'not_equals', value: 8 }, figures)).toBe(true);
});
