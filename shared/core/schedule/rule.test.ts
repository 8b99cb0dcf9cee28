import { expect, it } from 'vitest';
import { instantAt } from './next-fire.ts';
import { type GivenRule, parseRule } from './rule.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const read = (given: GivenRule, zone = 'Europe/Zurich') => parseRule(given, zone, NOW);
const why = (given: GivenRule) => {
  const answer = read(given);
  return answer.ok ? 'accepted' : answer.detail;
};

it('reads what people write', () => {
  expect(read({ cron: ' 0  8 * * mon-fri ' })).toEqual({
    ok: true,
    rule: { type: 'cron', cron: '0 8 * * MON-FRI' },
  });
  expect(read({ cron: '@Daily' })).toEqual({ ok: true, rule: { type: 'cron', cron: '0 0 * * *' } });
  expect(read({ at: '2026-11-25 08:00' })).toEqual({
    ok: true,
    rule: { type: 'once', at: '2026-11-25T08:00' },
  });
  expect(read({ every: 300 })).toEqual({
    ok: true,
    rule: { type: 'every', seconds: 300, anchor: '2026-11-24T12:00:00.000Z' },
  });
  expect(read({ immediate: true })).toEqual({ ok: true, rule: { type: 'immediate' } });
});

it('takes a moment ago for now', () => {
  const answer = read({ at: '2026-11-24T11:59:30Z' });
  expect(answer.ok && answer.rule.type === 'once' && instantAt(answer.rule.at, 'UTC')).toBe(NOW + 1);
});

it('refuses what could never be kept, and says why', () => {
  const rows: ReadonlyArray<[GivenRule, RegExp]> = [
    [{}, /exactly one/],
    [{ cron: '0 8 * * *', every: 60 }, /exactly one/],
    [{ cron: '0 0 30 2 *' }, /never comes/],
    [{ cron: '0 0 31 4,6,9,11 *' }, /never comes/],
    [{ cron: '* * * * * *' }, /five fields.*once a minute/],
    [{ cron: '8 * *' }, /five fields/],
    [{ cron: '61 * * * *' }, /no cron pattern/],
    [{ cron: 'a b c d e' }, /no cron pattern/],
    [{ cron: '? * * * *' }, /instead of \?/],
    [{ cron: '0 0 1 * +MON' }, /cannot be said/],
    [{ cron: '0 0 * * MON-FRI#2' }, /its own number/],
    [{ cron: '0 0 * * mon#l' }, /cannot be said/],
    [{ cron: `${'1,'.repeat(150)}1 * * * *` }, /200 characters/],
    [{ every: 59 }, /60 to/],
    [{ every: 1.5 }, /whole number/],
    [{ every: Number.NaN }, /whole number/],
    [{ every: 1e12 }, /60 to/],
    [{ at: '2026-11-24T11:00Z' }, /has passed/],
    [{ at: '2037-01-01T00:00Z' }, /ten years/],
    [{ at: '2027-02-30T08:00' }, /written as/],
    [{ at: '2027-13-01T08:00' }, /written as/],
    [{ at: '2027-01-01' }, /written as/],
    [{ at: 'tomorrow at 8' }, /written as/],
  ];
  for (const [given, reason] of rows)
    expect([given, why(given)]).toEqual([given, expect.stringMatching(reason)]);
});
