import { expect, test } from 'vitest';
import { conversationPath, pageOf } from './routes.ts';

test('every address has its page, and an unknown one is missing', () => {
  const id = '019a0000-0000-7000-8000-000000000001';
  expect(pageOf(conversationPath(id))).toEqual({ name: 'conversation', id });
  expect(pageOf(`/c/${id}/`)).toEqual({ name: 'conversation', id });
  expect(['/', '/new', '/settings/', '/sign-in', '/sign-up'].map((path) => pageOf(path).name)).toEqual([
    'home',
    'new',
    'settings',
    'sign-in',
    'sign-up',
  ]);
  for (const path of ['/c/', '/c/1', '/settings/x', '/C/', '/toString']) {
    expect([path, pageOf(path)]).toEqual([path, { name: 'missing' }]);
  }
});
