import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { isOperatorToken, makeOperatorToken, OPERATOR_TOKEN_MS } from './operator-token.ts';

const SECRET = 'a secret of the operator, 32 characters or more';
const NOW = Date.UTC(2026, 10, 21, 8);

it('makes a token that is good for five minutes, and for nothing else', async () => {
  const token = await makeOperatorToken(SECRET, 'vault-rotate', NOW);
  const mac = createHmac('sha256', SECRET).update(`operator vault-rotate\n${NOW}`).digest('base64url');
  expect(token).toBe(`op1.${NOW}.${mac}`);
  const isGood = (text: string, now = NOW, secret = SECRET) =>
    isOperatorToken(text, secret, 'vault-rotate', now);
  expect(await isGood(token)).toBe(true);
  expect(await isGood(token, NOW + OPERATOR_TOKEN_MS - 1)).toBe(true);
  expect(await isGood(token, NOW + OPERATOR_TOKEN_MS)).toBe(false);
  // A clock that is a little ahead is forgiven, a token for next year is not.
  expect(await isGood(token, NOW - 60_000)).toBe(true);
  expect(await isGood(token, NOW - 60_001)).toBe(false);

  expect(await isGood(token, NOW, `${SECRET}!`)).toBe(false);
  const otherLabel = createHmac('sha256', SECRET).update(`operator else\n${NOW}`).digest('base64url');
  const noLabel = createHmac('sha256', SECRET).update(String(NOW)).digest('base64url');
  for (const wrong of [
    '',
    'op1',
    `op1.${NOW}.`,
    `op1.${NOW}.${mac.slice(1)}`,
    `op1.${NOW + 1}.${mac}`,
    `op1.0${NOW}.${mac.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
    `op1.1e3.${mac}`,
    `op1.${NOW}.${otherLabel}`,
    `op1.${NOW}.${noLabel}`,
    `op2.${NOW}.${mac}`,
    `${token}x`,
    ` ${token}`,
    `Bearer ${token}`,
  ])
    expect([wrong, await isGood(wrong)]).toEqual([wrong, false]);
});
