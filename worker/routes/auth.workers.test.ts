import { expect, it } from 'vitest';
import { newcomer, problemOf, TestBrowser } from '../test-browser.ts';

it('smoke', async () => {
  const b = await newcomer();
  expect(b.userId).toBeTruthy();
  expect((await b.call('GET', '/api/me')).status).toBe(200);
  expect((await b.enter('refresh')).status).toBe(200);
  expect((await b.call('POST', '/api/auth/sign-out')).status).toBe(204);
  console.log(await (await b.call('GET', '/api/health')).text());
});
