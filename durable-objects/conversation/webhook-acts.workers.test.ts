/** What a person does at a webhook is done once, also when it is sent again because no answer came. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type * as z from 'zod/mini';
import { Webhook } from '#shared/protocol/webhook.ts';
import { problemOf, TestBrowser } from '#worker/test-browser.ts';
import { accepted, deliveries, hooked, Made, named, pageOf, runs, signed } from '#test/workers/hooked.ts';
import { standIn } from '#test/workers/stand-in.ts';
import type { Talk } from '#test/workers/talk.ts';
import { conversation } from './client.ts';

const NOON = Date.parse('2037-11-24T12:00:00Z');
const MINUTE = 60_000;

beforeEach(() => standIn.hurry());
afterEach(() => vi.useRealTimers());

const madeOf = async (response: Response) => {
  expect(response.ok).toBe(true);
  return Made.parse(await response.json());
};
const setTime = (time: number) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(time);
};
/** The same person on another device. */
async function elsewhere(talk: Talk) {
  const other = new TestBrowser();
  Object.assign(other, { email: talk.browser.email, password: talk.browser.password });
  await other.enter('sign-in');
  return other;
}

describe('made twice', () => {
  it.each(['standard', 'url', 'github'])('a webhook of %s is one, with the same secret', async (scheme) => {
    const { talk } = await hooked();
    const body = { id: uuidv7(), name: 'Twice', scheme, instruction: 'Say what came' };
    const create = () => talk.call('POST', '/webhooks', body);
    const made = await Promise.all((await Promise.all([create(), create()])).map(madeOf));
    await evictDurableObject(conversation(env, talk.id));
    const { webhook, url, secret } = await madeOf(await create());
    for (const each of made) expect(each).toMatchObject({ url, secret, webhook: { id: webhook.id } });
    expect((await pageOf(talk, '/webhooks', Webhook)).filter(({ name }) => name === 'Twice')).toHaveLength(1);
    await accepted(await signed({ webhook, url, secret }, '{}'));
    expect(await problemOf(await talk.call('POST', '/webhooks', { ...body, name: 'Other' }))).toEqual([
      409,
      'id_conflict',
    ]);
  });

  it('by its key is one too, and of Slack takes no other secret for the same', async () => {
    const { talk } = await hooked();
    const secret = 'first-secret-of-slack';
    const body = { name: 'Twice', scheme: 'slack', instruction: 'Say what came', secret };
    const first = await madeOf(await named(talk, '/webhooks', 'k', body));
    expect(await madeOf(await named(talk, '/webhooks', 'k', body))).toEqual(first);
    const other = { ...body, secret: 'second-secret-of-slack' };
    expect(await problemOf(await named(talk, '/webhooks', 'k', other))).toEqual([409, 'id_conflict']);
    const waits = { name: 'Later', scheme: 'slack', instruction: 'Say what came' };
    const answers = [await named(talk, '/webhooks', 'w', waits), await named(talk, '/webhooks', 'w', waits)];
    const [before, again] = await Promise.all(answers.map((each) => each.json()));
    expect(before).toMatchObject({ secret: null, webhook: { secretPending: true } });
    expect(again).toEqual(before);
  });

  it('shows its secret for ten minutes, to the session that made it, and no longer', async () => {
    setTime(NOON);
    const { talk } = await hooked();
    const body = { id: uuidv7(), name: 'Twice', scheme: 'url', instruction: 'Say what came' };
    const first = await madeOf(await talk.call('POST', '/webhooks', body));
    const other = await elsewhere(talk);
    const path = `/api/conversations/${talk.id}/webhooks`;
    expect(await (await other.call('POST', path, { body })).json()).toMatchObject({
      secret: null,
      url: first.webhook.url,
      webhook: { id: body.id, secretPending: false },
    });
    vi.setSystemTime(NOON + 9 * MINUTE);
    expect((await madeOf(await talk.call('POST', '/webhooks', body))).secret).toBe(first.secret);
    vi.setSystemTime(NOON + 10 * MINUTE);
    await talk.browser.enter('refresh');
    const late = await talk.call('POST', '/webhooks', body);
    expect([late.status, await late.json()]).toMatchObject([201, { secret: null, url: first.webhook.url }]);
    await pageOf(talk, '/webhooks', Webhook);
    const kept = await runInDurableObject(conversation(env, talk.id), (_object, { storage }) =>
      storage.sql.exec('SELECT secret FROM shown_secrets').toArray(),
    );
    expect(kept.every(({ secret }) => secret === null)).toBe(true);
  });
});

describe('a secret that is replaced', () => {
  it('twice by one act is replaced once, and the one in use stays good', async () => {
    const { talk, made } = await hooked();
    const path = `/webhooks/${made.webhook.id}/rotate`;
    const answers = await Promise.all([named(talk, path, 'k', {}), named(talk, path, 'k', {})]);
    const [first, second] = await Promise.all(answers.map(madeOf));
    await evictDurableObject(conversation(env, talk.id));
    const third = await madeOf(await named(talk, path, 'k', {}));
    expect(first?.secret).not.toBe(made.secret);
    expect([second?.secret, third.secret]).toEqual([first?.secret, first?.secret]);
    await accepted(await signed(made, '{"n":1}'));
    await accepted(await signed(third, '{"n":2}'));
    expect(await problemOf(await named(talk, path, 'k', { overlap: false }))).toEqual([409, 'id_conflict']);
  });

  it('by two acts before it was entered anywhere does not end the one in use; afterwards it does', async () => {
    const { talk, made } = await hooked();
    const path = `/webhooks/${made.webhook.id}/rotate`;
    const rotate = async () => madeOf(await talk.call('POST', path, {}));
    const lost = await rotate();
    const next = await rotate();
    await accepted(await signed(made, '{"n":1}'));
    expect((await signed(lost, '{"n":2}')).status).toBe(401);
    await accepted(await talk.call('POST', `/webhooks/${made.webhook.id}/test`));
    const last = await rotate();
    // A test of ours is no sign that its sender has it.
    await accepted(await signed(made, '{"n":3}'));
    expect((await signed(next, '{"n":4}')).status).toBe(401);
    await accepted(await signed(last, '{"n":5}'));
    const newest = await rotate();
    await accepted(await signed(last, '{"n":6}'));
    expect((await signed(made, '{"n":7}')).status).toBe(401);
    await accepted(await signed(newest, '{"n":8}'));
  });

  it('is entered once by one act, and shown no more after ten minutes', async () => {
    setTime(NOON);
    const { talk, made } = await hooked();
    const path = `/webhooks/${made.webhook.id}/rotate`;
    const first = await madeOf(await named(talk, path, 'k', {}));
    vi.setSystemTime(NOON + 10 * MINUTE);
    await talk.browser.enter('refresh');
    expect(await problemOf(await named(talk, path, 'k', {}))).toEqual([410, 'secret_shown']);
    await accepted(await signed(first, '{"n":1}'));
    const secret = `whsec_${btoa('a secret of their own')}`;
    const given = await madeOf(await named(talk, path, 'g', { secret }));
    vi.setSystemTime(NOON + 30 * MINUTE);
    await talk.browser.enter('refresh');
    expect(await madeOf(await named(talk, path, 'g', { secret }))).toEqual(given);
    await accepted(await signed(first, '{"n":2}'));
  });

  it('of a webhook that was made by talking is shown again to the same act alone', async () => {
    const { talk, made } = await hooked();
    await runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
      storage.sql.exec('UPDATE webhooks SET secret = NULL');
    });
    const path = `/webhooks/${made.webhook.id}/secret`;
    const first = await madeOf(await named(talk, path, 'k'));
    expect(await madeOf(await named(talk, path, 'k'))).toEqual(first);
    expect(await problemOf(await named(talk, path, 'other'))).toEqual([410, 'secret_shown']);
  });
});

describe('by hand', () => {
  it.each(['stripe', 'slack', 'github', 'url'])(
    'a test of %s is one delivery for each key',
    async (scheme) => {
      const { talk, watcher, made } = await hooked({ scheme });
      const path = `/webhooks/${made.webhook.id}/test`;
      const answers = await Promise.all([named(talk, path, 'k'), named(talk, path, 'k')]);
      const told = await Promise.all(answers.map(accepted));
      await watcher.ended();
      await talk.call('PATCH', `/webhooks/${made.webhook.id}`, { name: 'Renamed' });
      told.push(await accepted(await named(talk, path, 'k')));
      expect(new Set(told.map(({ deliveryId }) => deliveryId)).size).toBe(1);
      expect((await accepted(await named(talk, path, 'other'))).deliveryId).not.toBe(told[0]?.deliveryId);
      await watcher.ended(2);
      expect(await deliveries(talk, made)).toHaveLength(2);
    },
  );

  it('a delivery that is replayed twice by one act has one run, also when it is kept no more', async () => {
    const { talk, watcher, made } = await hooked();
    const { deliveryId } = await accepted(await signed(made, '{"n":1}'));
    await watcher.ended();
    const path = `/webhooks/${made.webhook.id}/deliveries/${deliveryId}/replay`;
    const answers = await Promise.all([named(talk, path, 'k'), named(talk, path, 'k')]);
    const [first, second] = await Promise.all(answers.map(accepted));
    await watcher.ended(2);
    await runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
      storage.sql.exec('UPDATE deliveries SET body = NULL WHERE id = ?', deliveryId);
    });
    expect([second, await accepted(await named(talk, path, 'k'))]).toEqual([first, first]);
    expect(await problemOf(await named(talk, path, 'other'))).toEqual([410, 'not_kept']);
    expect(await runs(talk)).toHaveLength(2);
  });

  it('goes before what waits, keeps no pause, and is not let go', async () => {
    const { talk, watcher, made } = await hooked({ whileBusy: 'ignore' });
    await runInDurableObject(conversation(env, talk.id), (_object, { storage }) => {
      const sql = "UPDATE state SET json = json_set(json, '$.webhooks[0].startedAt', json(?))";
      storage.sql.exec(sql, JSON.stringify(Array.from({ length: 20 }, () => Date.now())));
    });
    await evictDurableObject(conversation(env, talk.id));
    const waits = await accepted(await signed(made, '{"n":1}'));
    const path = `/webhooks/${made.webhook.id}`;
    const replay = `${path}/deliveries/${waits.deliveryId}/replay`;
    const replayed = await accepted(await named(talk, replay, 'k'));
    const tested = await accepted(await named(talk, `${path}/test`, 'k'));
    await watcher.ended(2);
    expect((await runs(talk)).map(({ id }) => id)).toEqual([tested.runId, replayed.runId]);
    const [, , first] = await deliveries(talk, made);
    expect(first).toMatchObject({ id: waits.deliveryId, waits: { reason: 'runs_keep_apart' } });
  });
});

it('an act is known by its user and its place: the same key for another webhook is another one', async () => {
  const { talk, made } = await hooked();
  const other = await madeOf(await talk.call('POST', '/webhooks', { name: 'B', scheme: 'standard' }));
  const rotate = async ({ webhook }: z.infer<typeof Made>) =>
    (await madeOf(await named(talk, `/webhooks/${webhook.id}/rotate`, 'k', {}))).secret;
  expect(await rotate(made)).not.toBe(await rotate(other));
});
