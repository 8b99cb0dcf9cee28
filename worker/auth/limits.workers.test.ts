import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Hono } from 'hono';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { countersOf, type Rule, rules } from '#shared/core/auth/limits.ts';
import type { AppEnv } from '../app-env.ts';
import { settingsOf } from '../env.ts';
import { burst } from '../middleware/bursts.ts';
import { door } from '../middleware/door.ts';
import { problemResponse } from '../middleware/problems.ts';
import { ORIGIN, problemOf } from '../test-browser.ts';
import { counterName, forgive, guard, type Subjects } from './limits.ts';

const MINUTE = 60_000;
/** Far ahead: the platform takes an alarm in the real past as one that is due now. */
const noon = Date.parse('2100-01-01T12:00:00.000Z');
const at = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: noon + ms });
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** An app behind the real door whose only route runs `handle`; 204 when it refuses nothing. */
function ask(
  handle: (c: Parameters<typeof guard>[0]) => Promise<Awaited<ReturnType<typeof guard>> | void>,
  address: string | null = null,
  bindings: Env = env,
): Promise<Response> {
  const app = new Hono<AppEnv>();
  app.use(door({ clock, log }));
  app.get('/', async (c) => {
    const refusal = await handle(c);
    return refusal ? problemResponse(refusal, c.get('requestId')) : new Response(null, { status: 204 });
  });
  const headers = new Headers(address === null ? {} : { 'cf-connecting-ip': address });
  return Promise.resolve(app.request(new Request(ORIGIN, { headers }), undefined, bindings));
}

/** Tries once: 204, or the status, code and seconds of the refusal. */
async function attempt(rule: Rule, subjects: Subjects, address: string | null = null) {
  const response = await ask((c) => guard(c, rule, subjects), address);
  if (response.status === 204) return 204;
  return [...(await problemOf(response)), Number(response.headers.get('retry-after'))];
}
const tried = async (times: number, rule: Rule, subjects: Subjects, address: string | null = null) => {
  const answers = await Promise.all(Array.from({ length: times }, () => attempt(rule, subjects, address)));
  return answers.filter((answer) => answer === 204).length;
};

let hosts = 0;
/** An address that no other test uses. */
const newAddress = () => `198.51.100.${(hosts += 1)}`;
const newEmail = () => `${uuidv4()}@example.com`;

it('lets ten of fifty parallel guesses at one account through, and says when the next may be', async () => {
  at(0);
  const [email, address] = [newEmail(), newAddress()];
  expect(await tried(50, 'sign_in', { email }, address)).toBe(10);
  at(5 * MINUTE);
  expect(await attempt('sign_in', { email }, address)).toEqual([429, 'too_many_requests', 600]);
  // The owner, elsewhere, is not locked out, and neither is another account from here.
  expect(await attempt('sign_in', { email }, newAddress())).toBe(204);
  expect(await attempt('sign_in', { email: newEmail() }, address)).toBe(204);
  at(15 * MINUTE);
  expect(await attempt('sign_in', { email }, address)).toBe(204);
});

it('starts anew after a success, but only what counted the failures', async () => {
  at(0);
  const [email, address] = [newEmail(), newAddress()];
  for (let round = 0; round < 9; round += 1) {
    expect(await tried(10, 'sign_in', { email }, address)).toBe(10);
    expect(await attempt('sign_in', { email }, address)).toEqual([429, 'too_many_requests', 900]);
    expect((await ask(async (c) => forgive(c, 'sign_in', { email }), address)).status).toBe(204);
  }
  // 99 attempts came from this address, the refused ones too: one more, and it has used up what it has.
  expect(await tried(5, 'sign_in', { email }, address)).toBe(1);
  expect(await attempt('sign_in', { email: newEmail() }, address)).toEqual([429, 'too_many_requests', 900]);
});

it('makes a guess slow that is spread over many addresses', async () => {
  at(0);
  const email = newEmail();
  const spread = await Promise.all(
    Array.from({ length: 15 }, (_, n) => tried(10, 'sign_in', { email }, `2001:db8:7:${n}::1`)),
  );
  expect(spread.reduce((sum, count) => sum + count, 0)).toBe(100);
  expect(await attempt('sign_in', { email }, '2001:db8:7:ffff::1')).toEqual([429, 'too_many_requests', 3600]);
  // What one address has used up for itself did not come out of what all of them share.
  const other = newEmail();
  await tried(60, 'sign_in', { email: other }, newAddress());
  expect(await tried(10, 'sign_in', { email: other }, newAddress())).toBe(10);
});

it('counts all addresses of one line together', async () => {
  at(0);
  const hosts = Array.from({ length: 30 }, (_, n) => `2001:db8:8:1:${n.toString(16)}::${n + 1}`);
  const answers = await Promise.all(hosts.map((host) => attempt('sign_up', {}, host)));
  expect(answers.filter((answer) => answer === 204)).toHaveLength(20);
  expect(await attempt('sign_up', {}, '2001:db8:8:2::1')).toBe(204);
});

it('holds the limits of an account on a machine that has no address, and none of an address', async () => {
  at(0);
  const email = newEmail();
  expect(await tried(60, 'sign_up', {})).toBe(60);
  expect(await tried(60, 'sign_up', {}, '127.0.0.1')).toBe(60);
  expect(await tried(15, 'sign_in', { email }, '::1')).toBe(10);
  expect(await tried(5, 'reset_mail', { email })).toBe(3);
  expect(await tried(3, 'sign_up_mail', { email })).toBe(1);
});

it('keeps the counters of different rules, subjects and secrets apart, and no person in their names', () => {
  const settings = settingsOf(env);
  const subjects = { email: 'ada@example.com', user: uuidv4(), address: '203.0.113.7' };
  const all: Rule[] = Object.keys(rules).filter((name): name is Rule => name in rules);
  const namesFor = (given: typeof subjects, of = settings) =>
    all.flatMap((rule) => countersOf(rule).map((counter) => counterName(of, rule, counter, given) ?? ''));
  const names = namesFor(subjects);
  expect(namesFor(subjects)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/);
    for (const value of Object.values(subjects)) expect(atobOf(name)).not.toContain(value);
  }
  const others = [
    ...namesFor({ email: 'eve@example.com', user: uuidv4(), address: '203.0.113.8' }),
    ...namesFor(subjects, { ...settings, authSecrets: ['another secret of thirty-two characters'] }),
  ];
  expect(names.filter((name) => others.includes(name))).toEqual([]);
  expect(() => namesFor(subjects, { ...settings, authSecrets: [] })).toThrow('AUTH_SECRET');
  // No value can pretend to be the end of itself and the beginning of the next.
  const pair = { by: ['email', 'address'], windows: [] } as const;
  const named = (email: string, address: string) =>
    counterName(settings, 'sign_in', pair, { email, address });
  expect(named('a","b', 'c')).not.toBe(named('a', 'b","c'));
});

const atobOf = (name: string) => atob(name.replaceAll('-', '+').replaceAll('_', '/'));

it('stores no person either', async () => {
  at(0);
  const [email, address] = [newEmail(), newAddress()];
  await attempt('sign_in', { email }, address);
  for (const counter of countersOf('sign_in')) {
    const name = counterName(settingsOf(env), 'sign_in', counter, { email, address }) ?? '';
    const rows = await runInDurableObject(env.LIMITER.getByName(name), (_instance, { storage }) =>
      storage.sql.exec('SELECT * FROM attempts').toArray(),
    );
    expect(rows).toEqual([{ id: 1, at: noon, expires_at: expect.any(Number) }]);
  }
});

/** The bindings with a limiter whose calls fail: each error once, then it works. */
const failing = (...errors: Error[]): Env => ({
  ...env,
  LIMITER: new Proxy(env.LIMITER, {
    get(target, name) {
      if (name !== 'getByName') return Reflect.get(target, name);
      return (key: string) => {
        const stub = target.getByName(key);
        const broken = () => Promise.reject(errors.shift());
        return errors.length === 0 ? stub : { attempt: broken, forgive: broken };
      };
    },
  }),
});

it('tries nothing where nobody can count, and asks an object again that was just restarted', async () => {
  const email = newEmail();
  const away = () => new Error('the object is away');
  const refused = await ask((c) => guard(c, 'sign_in', { email }), null, failing(away()));
  expect(await problemOf(refused)).toEqual([503, 'unavailable']);
  expect(refused.headers.get('retry-after')).toBe('1');
  const restarted = Object.assign(new Error('reset'), { retryable: true });
  expect((await ask((c) => guard(c, 'sign_in', { email }), null, failing(restarted))).status).toBe(204);
  const overloaded = Object.assign(new Error('busy'), { retryable: true, overloaded: true });
  expect((await ask((c) => guard(c, 'sign_in', { email }), null, failing(overloaded))).status).toBe(503);
  // A success stays one, whatever becomes of the counter.
  expect((await ask(async (c) => forgive(c, 'sign_in', { email }), null, failing(away()))).status).toBe(204);
});

/**
 * What `judge` counts within one minute of the machine's clock, by which miniflare's windows turn. What the turn of a minute
 * cut in two is counted again: `judge` begins with a user and an address of its own.
 */
async function withinMinute<T>(judge: () => Promise<T>): Promise<T> {
  for (;;) {
    const minute = Math.floor(Date.now() / MINUTE);
    const judged = await judge();
    if (Math.floor(Date.now() / MINUTE) === minute) return judged;
  }
}

it('stops a burst of one user or one address, by the bindings of the platform', async () => {
  const count = async (times: number, userId: string | null, from: string | null) => {
    const answers = await Promise.all(
      Array.from({ length: times }, () => ask((c) => burst(c, userId), from)),
    );
    return answers.filter(({ status }) => status === 204).length;
  };
  const counted = await withinMinute(async () => {
    const [user, address] = [uuidv4(), newAddress()];
    const ofAddress = await count(130, null, address);
    const refused = await ask((c) => burst(c, null), address);
    const refusal = [...(await problemOf(refused)), refused.headers.get('retry-after')];
    // Signed in, the same address has the room of its user; and each user has their own.
    return {
      ofAddress,
      refusal,
      ofUser: await count(610, user, address),
      ofOther: await count(5, uuidv4(), address),
    };
  });
  expect(counted).toEqual({
    ofAddress: 120,
    refusal: [429, 'too_many_requests', '60'],
    ofUser: 600,
    ofOther: 5,
  });
  expect(await count(200, null, null)).toBe(200);
  // The platform's counter cannot be asked: the app goes on.
  const broken: Env = { ...env, USER_BURST: { limit: () => Promise.reject(new Error('away')) } };
  expect((await ask((c) => burst(c, uuidv4()), null, broken)).status).toBe(204);
});
