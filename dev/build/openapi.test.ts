import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { routes } from '#shared/protocol/routes.ts';
import { openapi } from './openapi.ts';

const folder = new URL('../../worker/routes/', import.meta.url);

it('says of every route that takes an idempotency key that it does, and of no other', () => {
  const paths = openapi('1')['paths'] as Record<
    string,
    Record<string, { operationId: string; parameters: { name: string }[] }>
  >;
  const told = Object.values(paths).flatMap((path) =>
    Object.values(path).flatMap((operation) =>
      operation.parameters.some(({ name }) => name === 'Idempotency-Key') ? [operation.operationId] : [],
    ),
  );
  // What the handlers read: each stands behind its `mount`.
  const taken = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) =>
      readFileSync(new URL(name, folder), 'utf8')
        .split(/\n  mount\w*\(/)
        .slice(1),
    )
    .filter((handler) => /idempotency-key|actIdOf\(/.test(handler))
    .map((handler) => /routes\.(\w+)/.exec(handler)?.[1]);
  expect(told.toSorted()).toEqual(taken.toSorted());
  expect(told).toEqual(
    expect.arrayContaining([
      'createWebhook',
      'rotateWebhook',
      'showWebhookSecret',
      'testWebhook',
      'replayDelivery',
    ]),
  );
  const keyed = Object.entries(routes).filter(([, route]) => 'keyed' in route && route.keyed);
  expect(keyed.every(([, { method }]) => method !== 'GET')).toBe(true);
});
