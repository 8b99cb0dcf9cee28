import { expect, it } from 'vitest';
import { ABSOLUTE_MS, decideRefresh, type Family, IDLE_MS, RACE_MS } from './refresh.ts';
import { formatRefreshToken, formatUserTicket, parseRefreshToken, parseUserTicket } from './refresh-token.ts';

const NOW = 1_764_000_000_000;
const family = (change: Partial<Family> = {}): Family => ({
  createdAt: NOW - 1_000,
  lastUsedAt: NOW - 1_000,
  revokedAt: null,
  ...change,
});
const unused = { rotatedAt: null };

const invalid = { action: 'refuse', code: 'refresh_invalid' };
const cases: ReadonlyArray<[string, ReturnType<typeof decideRefresh>, object]> = [
  ['the newest token is rotated', decideRefresh(family(), unused, NOW), { action: 'rotate' }],
  ['no family', decideRefresh(null, unused, NOW), invalid],
  ['a made-up secret of a real family', decideRefresh(family(), null, NOW), invalid],
  ['a revoked family', decideRefresh(family({ revokedAt: NOW - 1 }), unused, NOW), invalid],
  [
    'one millisecond before the absolute end',
    decideRefresh(family({ createdAt: NOW - ABSOLUTE_MS + 1 }), unused, NOW),
    { action: 'rotate' },
  ],
  ['the absolute end', decideRefresh(family({ createdAt: NOW - ABSOLUTE_MS }), unused, NOW), invalid],
  [
    'one millisecond before idle for too long',
    decideRefresh(family({ lastUsedAt: NOW - IDLE_MS + 1 }), unused, NOW),
    { action: 'rotate' },
  ],
  ['idle for too long', decideRefresh(family({ lastUsedAt: NOW - IDLE_MS }), unused, NOW), invalid],
  [
    'a race of two tabs',
    decideRefresh(family(), { rotatedAt: NOW - RACE_MS + 1 }, NOW),
    { action: 'refuse', code: 'refresh_in_progress' },
  ],
  [
    'reuse',
    decideRefresh(family(), { rotatedAt: NOW - RACE_MS }, NOW),
    { action: 'revoke', code: 'refresh_invalid' },
  ],
  [
    'reuse in a family that ended already',
    decideRefresh(family({ revokedAt: NOW - 1 }), { rotatedAt: NOW - RACE_MS }, NOW),
    invalid,
  ],
];

it.each(cases)('decides about a presented refresh token: %s', (_name, decision, expected) => {
  expect(decision).toEqual(expected);
});

it('writes and reads refresh tokens and tickets, and takes nothing else for one', () => {
  const userId = '01a1fbbf-6824-725c-97b1-9772e14c451b';
  const familyId = '01a1fbbf-6824-725c-97b1-9772e14c451c';
  const secret = 'a'.repeat(43);
  const token = formatRefreshToken({ userId, familyId }, secret);
  expect(parseRefreshToken(token)).toEqual({ userId, familyId });
  const ticket = formatUserTicket(userId, secret);
  expect(parseUserTicket(ticket)).toBe(userId);
  for (const wrong of ['', 'x', ticket, `${token}x`, token.slice(1), `${token}\n`, token.toUpperCase()])
    expect(parseRefreshToken(wrong)).toBeNull();
  for (const wrong of ['', 'x', token, `${ticket}x`, ticket.slice(1)])
    expect(parseUserTicket(wrong)).toBeNull();
});
