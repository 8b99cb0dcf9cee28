import { createExecutionContext, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import { UserDO } from '#durable-objects/user/user-do.ts';
import { createAccount } from '#shared/adapters/db/accounts.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { makeOperatorToken } from '#shared/adapters/vault/operator-token.ts';
import { ResealPage } from '#shared/adapters/vault/reseal-page.ts';
import { makeVault } from '#shared/adapters/vault/vault.ts';
import { makeLogger, type LogRecord } from '#shared/core/log/log.ts';
import { settingsOf } from '../env.ts';
import { createApp } from '../app.ts';
import { newcomer, ORIGIN, problemOf } from '../test-browser.ts';

afterEach(() => vi.restoreAllMocks());

const records: LogRecord[] = [];
const app = createApp({ clock, log: makeLogger((record) => records.push(record), clock) });
const K2 = `k2:${btoa('another key of exactly 32 bytes!')}`;

/** Asks as the operator, unless other headers say otherwise. */
async function reseal(body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
  const token = await makeOperatorToken(env.AUTH_SECRET, 'vault-rotate', clock.now());
  const request = new Request(`${ORIGIN}/api/ops/reseal`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return app.fetch(request, env, createExecutionContext());
}

/** All pages from `cursor` on, added up. */
async function resealFrom(cursor: string): Promise<Omit<ResealPage, 'nextCursor'> & { pages: number }> {
  const sum = { resealed: 0, left: 0, failed: 0, pages: 0 };
  for (let at: string | null = cursor; at !== null;) {
    const page: ResealPage = ResealPage.parse(await (await reseal({ cursor: at })).json());
    sum.resealed += page.resealed;
    sum.left += page.left;
    sum.failed += page.failed;
    sum.pages += 1;
    at = page.nextCursor;
  }
  return sum;
}

it('does not exist for anybody but the operator', async () => {
  const asked = vi.spyOn(UserDO.prototype, 'resealSecrets');
  const browser = await newcomer();
  const now = clock.now();
  const bearers = [
    browser.accessToken ?? '',
    env.AUTH_SECRET,
    await makeOperatorToken(env.AUTH_SECRET, 'vault-rotate', now - 301_000),
    await makeOperatorToken('the secret of somebody else, also long', 'vault-rotate', now),
    await makeOperatorToken(env.AUTH_SECRET_PREVIOUS || 'x', 'vault-rotate', now),
  ];
  const unknown = await browser.call('POST', '/api/ops/nothing');
  const words = async (response: Response) => ({ ...(await response.json<object>()), requestId: '' });
  const same = await words(unknown);
  for (const authorization of ['', 'Basic YTpi', ...bearers.map((token) => `Bearer ${token}`)]) {
    // Also what is wrong with the body is not told.
    for (const body of [{}, { cursor: 'nonsense' }]) {
      const response = await reseal(body, { authorization });
      expect(response.status).toBe(404);
      expect(await words(response)).toEqual(same);
    }
  }
  const token = await makeOperatorToken(env.AUTH_SECRET, 'vault-rotate', now);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const options = { headers: { authorization: `Bearer ${token}` } };
    expect(await problemOf(await browser.call(method, '/api/ops/reseal', options))).toEqual([
      404,
      'not_found',
    ]);
  }
  expect(await problemOf(await reseal({ cursor: 'nonsense' }))).toEqual([400, 'bad_request']);
  expect(await problemOf(await reseal({ other: 1 }))).toEqual([400, 'bad_request']);
  expect(await problemOf(await reseal('x'.repeat(2_000)))).toEqual([413, 'too_large']);
  // The operator's token opens nothing else.
  const me = await browser.call('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  expect(me.status).toBe(401);
  expect(asked).not.toHaveBeenCalled();
});

it('asks every user once, page by page, and goes on when one does not answer', async () => {
  const before = uuidv7();
  const made = Array.from({ length: 205 }, () => uuidv7());
  for (const id of made)
    await createAccount(connect(env.DATABASE_URL), {
      id,
      email: `${id}@example.com`,
      emailVerified: false,
      name: 'A',
      timezone: 'UTC',
      createdAt: new Date(0).toISOString(),
      passwordHash: null,
    });
  const asked: string[] = [];
  const broken = made[70] ?? '';
  vi.spyOn(UserDO.prototype, 'resealSecrets').mockImplementation(async function (this: UserDO) {
    const id = made.find((each) => env.USER.idFromName(each).equals(this['ctx'].id)) ?? 'another';
    asked.push(id);
    if (id === broken) throw new Error('this object is broken');
    return { resealed: 2, left: id === made[3] ? 1 : 0 };
  });
  records.length = 0;
  const { pages, resealed, left, failed } = await resealFrom(before);
  expect(asked.filter((id) => id !== 'another').toSorted()).toEqual(made.toSorted());
  expect(pages).toBeGreaterThanOrEqual(3);
  expect([resealed, left, failed]).toEqual([(asked.length - 1) * 2, 1, 1]);
  expect(records.filter(({ event }) => event === 'reseal_failed')).toMatchObject([{ userId: broken }]);
});

it('leaves nothing sealed with the old key, and says so of what it cannot open', async () => {
  const before = uuidv7();
  const { userId } = await newcomer();
  const object = env.USER.getByName(userId);
  const { vaultKeys } = settingsOf(env);
  const placeOf = (row: string) => ({ table: 'mails', row, userId, column: 'sealed' });
  const old = makeVault(vaultKeys);
  const foreign = makeVault([{ name: 'k0', key: btoa('a key that nobody has any longer') }]);
  const rows = {
    a: await old.seal(placeOf('a'), 'secret a'),
    b: await foreign.seal(placeOf('b'), 'secret b'),
  };
  await runInDurableObject(object, (_, state) => {
    state.storage.sql.exec('DELETE FROM mails');
    for (const [id, sealed] of Object.entries(rows))
      state.storage.sql.exec(
        `INSERT INTO mails (id, recipient, content, sealed, created_at, expires_at, due_at)
         VALUES (?, 'a@example.com', '{}', ?, 0, 9e15, 9e15)`,
        id,
        sealed,
      );
  });
  // As after a deploy with a new key in front: the object's settings are those of another environment.
  const rotated = { ...env, VAULT_KEYS: `${K2},${env.VAULT_KEYS}` };
  vi.spyOn(UserDO.prototype, 'resealSecrets').mockImplementation(function (this: UserDO) {
    vi.restoreAllMocks();
    return new UserDO(this['ctx'], rotated).resealSecrets();
  });
  records.length = 0;
  expect(await resealFrom(before)).toMatchObject({ resealed: 1, left: 1, failed: 0 });

  const sealed = await runInDurableObject(object, (_, state) =>
    Object.fromEntries(
      state.storage.sql
        .exec<{ id: string; sealed: string }>('SELECT id, sealed FROM mails')
        .toArray()
        .map((row) => [row.id, row.sealed]),
    ),
  );
  const [, key = ''] = K2.split(':');
  expect(await makeVault([{ name: 'k2', key }]).open(placeOf('a'), sealed['a'] ?? '')).toBe('secret a');
  expect(sealed['b']).toBe(rows.b);
  expect(JSON.stringify(records)).not.toContain('secret');
});
