import { expect, test } from 'vitest';
import type { Connection, StandingRule, Tool } from '#shared/protocol/connection.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { addressFault, leftWords, problemWords, whyNot } from './connection-words.ts';
import { boundsWords, ruleTitle, useWords } from './rule-words.ts';
import { choicesFor, commonSetting } from './tool-words.ts';

const rule: StandingRule = {
  id: 'r',
  toolKey: 'c/send_mail',
  title: 'Send mail',
  matches: [
    { path: 'to', how: 'equals', value: 'rebecca@example.com' },
    { path: 'subject', how: 'template', value: 'Receipt *' },
    { path: 'reply_to', how: 'any' },
    { path: 'idempotency_key', how: 'any' },
  ],
  perDay: 3,
  until: '2026-12-31T10:00:00.000Z',
  tainted: false,
  usedToday: 1,
  uses: 4,
  createdAt: '2026-11-20T10:00:00.000Z',
};

test('a rule is a sentence: what, to whom, within which bounds, how much of it is used', () => {
  expect(ruleTitle(rule)).toBe('Send mail to rebecca@example.com');
  expect(boundsWords(rule)).toBe('subject like “Receipt *”, any reply to');
  expect(useWords(rule, '31 December 2026')).toBe('at most 3 a day, until 31 December 2026; 1 used today');
  expect(useWords({ ...rule, perDay: 1, usedToday: 0 }, 'x')).toBe(
    'at most once a day, until x; none used today',
  );
});

test('a recipient that may be anybody is no recipient of the sentence, but stands among the bounds', () => {
  const anyone = { ...rule, matches: [{ path: 'to', how: 'any' as const }] };
  expect(ruleTitle(anyone)).toBe('Send mail');
  expect(boundsWords(anyone)).toBe('any to');
  const several = {
    ...rule,
    matches: [{ path: 'to', how: 'equals' as const, value: ['a@x.example', 'b@x.example'] }],
  };
  expect(ruleTitle(several)).toBe('Send mail to a@x.example, b@x.example');
});

test('an address is looked at before a token goes there', () => {
  expect(addressFault('example.com/mcp')).toMatch(/https/);
  expect(addressFault('http://example.com/mcp')).toMatch(/https/);
  expect(addressFault('javascript:alert(1)')).toMatch(/https/);
  expect(addressFault('https://example.com/mcp')).toBeNull();
  expect(addressFault('http://localhost:8787/mcp')).toBeNull();
});

test('every refusal says why, and what to do', () => {
  const failed = (detail: string) =>
    whyNot(new ProblemError({ code: 'connection_failed', status: 422, title: 'x', detail }));
  expect(failed('unauthorized')).toMatch(/token/);
  expect(failed('address_refused')).toMatch(/https/);
  expect(failed('a code of tomorrow')).toBeNull();
  expect(whyNot(new ProblemError({ code: 'limit_reached', status: 409, title: 'x' }))).toMatch(
    /Disconnect one/,
  );
  expect(whyNot(new Error('x'))).toBeNull();
});

test('why it is not connected, and what was left out', () => {
  const connection = (status: Connection['status'], problem: string | null) =>
    problemWords({ status, problem } as Connection);
  expect(connection('connected', null)).toBeNull();
  expect(connection('needs_reconnect', 'unauthorized')).toMatch(/token/);
  expect(connection('unreachable', 'timeout')).toMatch(/in time/);
  expect(leftWords([])).toBeNull();
  expect(leftWords([{ reason: 'bad_tool', count: 1 }])).toBe(
    'One of its tools is left out: not described as tools have to be.',
  );
});

test('what the service runs by itself cannot ask; settings that differ have no common word', () => {
  const tool = (key: string, setting: Tool['setting']) => ({ key, setting }) as Tool;
  expect(choicesFor([tool('web_search', 'default')])).toEqual(['default', 'off']);
  expect(choicesFor([tool('remember', 'default')])).toContain('ask');
  expect(commonSetting([tool('a', 'ask'), tool('b', 'ask')])).toBe('ask');
  expect(commonSetting([tool('a', 'ask'), tool('b', 'auto')])).toBeNull();
  expect(commonSetting([])).toBeNull();
});
