import { expect, it } from 'vitest';
import { type LogRecord, makeLogger, WITHHELD } from './log.ts';

const ID = '01a1fbbf-6824-725c-97b1-9772e14c451b';
const CANARY = 'my rent is 900';
/** Secrets of every shape that passes through the app. */
const SECRETS = {
  password: 'correct horse battery staple',
  apiKey: 'sk-ant-api03-Zk3vQ9xT1uW7yB5nM2pL8rJ4hG6fD0sA',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r0wW1g',
  random: 'dBjftJeZ4CVPmB92K27uhbUJU1p1r0wW1gWFWFOEjXk',
  hex: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c',
  refresh: `${ID.replaceAll('-', '')}.${ID.replaceAll('-', '')}.dBjftJeZ4CVPmB92K27uhbUJU1p1r0wW1gWFWFOEjXk`,
  database: 'postgresql://user:hunter2@host/database?x=1',
  content: CANARY,
  email: 'ada@example.com',
};

function capture(now = 1_000) {
  const records: LogRecord[] = [];
  const logger = makeLogger((record) => records.push(record), { now: () => now });
  return { records, logger, text: () => JSON.stringify(records) };
}

/** What a caller who ignores the types could hand over. */
const untyped = (fields: object) => fields as Record<string, never>;

it('writes ids, codes, numbers and booleans as they are, with the fields that are bound to it', () => {
  const { records, logger } = capture(1_764_000_000_000);
  logger.with({ requestId: '8a1b2c3d4e5f6789-CDG', userId: ID }).info('turn_ended', {
    code: 'max_tokens',
    model: 'claude-sonnet-5-5',
    route: '/api/conversations/:conversationId',
    ms: 12.5,
    demo: false,
    turnId: null,
    runId: undefined,
  });
  expect(records).toEqual([
    {
      time: 1_764_000_000_000,
      level: 'info',
      event: 'turn_ended',
      requestId: '8a1b2c3d4e5f6789-CDG',
      userId: ID,
      code: 'max_tokens',
      model: 'claude-sonnet-5-5',
      route: '/api/conversations/:conversationId',
      ms: 12.5,
      demo: false,
    },
  ]);
});

it('withholds content and secrets in every field, whatever their type and however they are wrapped', () => {
  const { records, logger, text } = capture();
  const names = ['code', 'requestId', 'userId', 'model', 'route', 'reason', 'status', 'ms', 'demo', 'kind'];
  const wrap = [
    (secret: string) => secret,
    (secret: string) => ({ secret }),
    (secret: string) => [secret],
    (secret: string) => ({ toJSON: () => secret }),
    (secret: string) => new String(secret),
    (secret: string) => () => secret,
    (secret: string) => new Map([[secret, secret]]),
  ];
  for (const secret of Object.values(SECRETS))
    for (const name of names)
      for (const wrapped of wrap) logger.info('probe', untyped({ [name]: wrapped(secret) }));
  const count = Object.keys(SECRETS).length * names.length * wrap.length;
  expect(records).toHaveLength(count);
  for (const secret of Object.values(SECRETS)) expect(text()).not.toContain(secret);
  expect(text().split(WITHHELD)).toHaveLength(count + 1);
});

it('drops fields that it does not know, and withholds an event that is no code', () => {
  const { records, logger } = capture();
  logger.info('probe', untyped({ text: 'hello', [CANARY]: 1, constructor: 'x', headers: { cookie: 'x' } }));
  logger.error(`failed: ${CANARY}`);
  expect(records).toEqual([
    { time: 1_000, level: 'info', event: 'probe' },
    { time: 1_000, level: 'error', event: WITHHELD },
  ]);
});

/** An error as drivers and SDKs throw them: secrets in the message, in fields and in causes. */
class ApiError extends Error {
  override name = 'ApiError';
  status = 401;
  code = 'authentication_error';
  headers = { authorization: SECRETS.apiKey };
  body = SECRETS.content;
}

it('tells errors by name, code, status and place, and leaves out every message', () => {
  const { records, logger, text } = capture();
  const cause = new Error(`password authentication failed: ${SECRETS.database}`, {
    cause: new TypeError(SECRETS.apiKey, { cause: SECRETS.password }),
  });
  logger.error('call_failed', { error: new ApiError(`bad key ${SECRETS.apiKey}\n    at x`, { cause }) });
  const [record] = records;
  expect(record?.['error']).toMatchObject({
    name: 'ApiError',
    code: 'authentication_error',
    status: 401,
    cause: { name: 'Error', cause: { name: 'TypeError', cause: { name: 'string' } } },
  });
  expect(text()).toMatch(/log\/log\.test\.ts:\d+:\d+/);
  logger.error('call_failed', { error: new RangeError() });
  expect(JSON.stringify(records[1])).toMatch(/log\/log\.test\.ts:\d+:\d+/);
  for (const secret of Object.values(SECRETS)) expect(text()).not.toContain(secret);
});

it('does not take lines of a message for places, nor believe a stack that somebody wrote', () => {
  const { logger, text } = capture();
  const inMessage = new Error(`first\n    at ${CANARY} (secret.ts:1:1)\n    at canary.ts:2:2`);
  const changed = new Error('before\n    at canary.ts:2:2');
  changed.message = 'after';
  const written = Object.assign(new Error('x'), { stack: `x y\n    at canary.ts:1:1` });
  const method = { [CANARY]: () => new Error('named') }[CANARY]?.();
  for (const error of [inMessage, changed, written, method]) logger.error('failed', { error });
  expect(text()).not.toContain('canary');
  expect(text()).not.toContain('secret.ts');
  expect(text()).not.toContain(CANARY);
});

it('survives anything that can be thrown, and a sink that fails', () => {
  const { records, logger, text } = capture();
  const circular = new Error('a');
  circular.cause = circular;
  const hostile = new Proxy(new Error(CANARY), {
    get: () => {
      throw new Error(CANARY);
    },
  });
  const named = Object.assign(new Error(), { name: CANARY, code: SECRETS.random });
  for (const error of [circular, hostile, named, CANARY, 7, Symbol(CANARY), { message: CANARY }, [CANARY]])
    logger.error('failed', { error });
  expect(records).toHaveLength(8);
  for (const secret of Object.values(SECRETS)) expect(text()).not.toContain(secret);

  const broken = makeLogger(
    () => {
      throw new Error('disk full');
    },
    { now: () => 0 },
  );
  expect(() => broken.info('probe')).not.toThrow();
});
