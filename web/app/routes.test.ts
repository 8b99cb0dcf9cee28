import { expect, test } from 'vitest';
import { conversationPath, pageOf, runAtPath, runPath } from './routes.ts';

test('every address has its page, and an unknown one is missing', () => {
  const id = '019a0000-0000-7000-8000-000000000001';
  expect(pageOf(conversationPath(id))).toEqual({ name: 'conversation', id });
  expect(pageOf(runPath(id, id))).toEqual({ name: 'run', id, runId: id });
  expect(pageOf(runAtPath(id, '41'))).toEqual({ name: 'run', id, runId: 'at-41' });
  expect(pageOf(`/c/${id}/`)).toEqual({ name: 'conversation', id });
  expect(['/', '/new', '/settings/', '/sign-in', '/sign-up'].map((path) => pageOf(path).name)).toEqual([
    'home',
    'new',
    'settings',
    'sign-in',
    'sign-up',
  ]);
  const sections = [
    '/settings',
    '/settings/security',
    '/settings/keys',
    '/settings/activity',
    '/settings/data/',
  ];
  expect(sections.map((path) => pageOf(path))).toEqual(
    ['profile', 'security', 'keys', 'activity', 'data'].map((section) => ({ name: 'settings', section })),
  );
  expect(['/verify', '/reset', '/forgot'].map((path) => pageOf(path).name)).toEqual([
    'verify',
    'reset',
    'forgot',
  ]);
  expect(pageOf(`/goodbye/${id}`)).toEqual({ name: 'goodbye', id });
  for (const path of [
    '/goodbye',
    '/settings/profile',
    '/home',
    '/missing',
    '/c/',
    '/c/1',
    `/c/${id}/runs/1`,
    '/settings/x',
    '/C/',
    '/toString',
  ]) {
    expect([path, pageOf(path)]).toEqual([path, { name: 'missing' }]);
  }
});
