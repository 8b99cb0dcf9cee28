/** What a hostile or a clumsy sender sends to a webhook, and what its owner may set that could never work. */
import { beforeEach, expect, it } from 'vitest';
import { signAs } from '#shared/adapters/webhooks/verify.ts';
import { newcomer, problemOf, TestBrowser } from '#worker/test-browser.ts';
import { accepted, deliveries, hooked, runs, send } from '#test/workers/hooked.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';

beforeEach(() => standIn.hurry());

it('a long delivery that is cut within a character still starts its run', async () => {
  const { talk, watcher, made } = await hooked({ scheme: 'url' });
  await accepted(await send(made.url, JSON.stringify('🙂'.repeat(15_000))));
  await watcher.ended();
  expect((await runs(talk))[0]).toMatchObject({ outcome: 'completed' });
});

it('an address says by which method it is used, and to a wrong one nothing else', async () => {
  const { talk, made } = await hooked({ scheme: 'url' });
  const outside = new TestBrowser();
  const { pathname } = new URL(made.url);
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await outside.call(method, pathname);
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await problemOf(answer)).toEqual([405, 'method_not_allowed']);
  }
  expect((await outside.call('OPTIONS', pathname)).status).toBe(204);
  expect(await deliveries(talk, made)).toEqual([]);
});

it('a body that no filter could read is refused, and one signed twice over is not', async () => {
  const { talk, made } = await hooked({ filter: [{ path: 'never', is: 'exists' }] });
  const body = new TextEncoder().encode('{"n":1}');
  const headers = await signAs('standard', { id: 'm1', body, secret: made.secret }, Date.now());
  const packed = await send(made.url, body, { ...headers, 'content-encoding': 'gzip' });
  expect(await problemOf(packed)).toEqual([415, 'unsupported_media_type']);
  const other = `v1,${'A'.repeat(43)}=`;
  const twice = { ...headers, 'webhook-signature': `${headers['webhook-signature']}, ${other}` };
  await accepted(await send(made.url, body, twice));
  expect(await deliveries(talk, made)).toHaveLength(1);
});

it('takes no condition that can never hold', async () => {
  const talk = await Talk.begin(await newcomer());
  const make = (condition: object) =>
    talk.call('POST', '/webhooks', { name: 'n', scheme: 'url', filter: [{ path: 'a', ...condition }] });
  for (const condition of [
    { is: 'one_of' },
    { is: 'one_of', value: 'x' },
    { is: 'one_of', value: [] },
    { is: 'equals' },
    { is: 'not_equals', value: ['x'] },
    { is: 'contains', value: ['x'] },
  ])
    expect(await problemOf(await make(condition))).toEqual([400, 'bad_request']);
  for (const condition of [{ is: 'one_of', value: ['x'] }, { is: 'equals', value: null }, { is: 'exists' }])
    expect((await make(condition)).status).toBe(201);
});

it('takes no secret by which nothing could be proved', async () => {
  const talk = await Talk.begin(await newcomer());
  const make = (scheme: string, secret: string) =>
    talk.call('POST', '/webhooks', { name: 'n', scheme, secret });
  for (const [scheme, secret] of [
    ['standard', 'not base64, and long enough'],
    ['url', '/../../x?y=1&z#long-enough'],
  ] as const)
    expect(await problemOf(await make(scheme, secret))).toEqual([400, 'bad_request']);
  expect((await make('standard', `whsec_${btoa('a secret that is long enough')}`)).status).toBe(201);
  expect((await make('github', 'any words that they chose')).status).toBe(201);
  const { made, talk: other } = await hooked();
  const rotate = await other.call('POST', `/webhooks/${made.webhook.id}/rotate`, {
    secret: 'not base64, and long enough',
  });
  expect(await problemOf(rotate)).toEqual([400, 'bad_request']);
});
