import { expect, test } from 'vitest';
import { readFields } from './edit-arguments.tsx';

test('a text stays a text, and everything else is JSON', () => {
  const input = { name: '7', count: 3, tools: ['a'] };
  expect(readFields(input, {})).toEqual({ ok: true, input });
  const typed = { name: '8', count: '4', tools: '[]' };
  expect(readFields(input, typed)).toEqual({ ok: true, input: { name: '8', count: 4, tools: [] } });
  expect(readFields(input, { count: 'four' })).toEqual({ ok: false, name: 'count' });
});

test('where nothing was, what is typed is taken as it can be read', () => {
  const input = { cron: null, every: null, count: null };
  expect(readFields(input, {})).toEqual({ ok: true, input });
  const typed = { cron: '0 8 * * *', every: '3600', count: ' ' };
  expect(readFields(input, typed)).toEqual({
    ok: true,
    input: { cron: '0 8 * * *', every: 3_600, count: null },
  });
});
