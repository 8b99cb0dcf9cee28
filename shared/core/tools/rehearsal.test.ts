import { describe, expect, it } from 'vitest';
import type { Event } from '#shared/protocol/events.ts';
import type { LeftOut } from '#shared/protocol/rehearsal.ts';
import { id } from '#test/core/ids.ts';
import { matchesFor, rehearsalReport } from './rehearsal.ts';
import { isTight, ruleFor } from './rules.ts';

const mail = (change: Partial<LeftOut> = {}): LeftOut => ({
  toolKey: 'mail/send_mail',
  title: 'Send mail',
  from: { connectionId: id(1), name: 'Mail' },
  risk: 'send',
  input: { to: 'rebecca@example.com', subject: 'Receipt QXJKWP', body: 'Hi,\n\nTotal: $412.30\n\nBest' },
  asks: 'writes',
  tainted: false,
  ...change,
});

const event = (rehearsed: LeftOut, seq: number): Event => ({
  type: 'tool_ended',
  seq,
  at: '2026-11-24T10:00:00.000Z',
  turnId: id(2),
  toolUseId: `use-${seq}`,
  name: 'mail__send_mail',
  isError: true,
  text: 'Rehearsal: not done.',
  rehearsed,
});
/** Not SHA-256, but as long and as different. */
const hash = (text: string) =>
  [...text]
    .reduce((sum, char) => (sum * 33n + BigInt(char.codePointAt(0) ?? 0)) % (1n << 256n), 7n)
    .toString(16)
    .padStart(64, '0');
const report = (...calls: LeftOut[]) =>
  rehearsalReport(calls.map(event), { id: id(3), endedAt: Date.parse('2026-11-24T10:00:00Z') }, hash);

describe('the rule for a call', () => {
  it('fixes whom it reaches, and leaves open only the figures in its words', () => {
    expect(matchesFor(mail())).toEqual([
      { path: 'to', how: 'equals', value: 'rebecca@example.com' },
      { path: 'subject', how: 'figures', value: 'Receipt {code}' },
      { path: 'body', how: 'figures', value: 'Hi,\n\nTotal: ${number}\n\nBest' },
    ]);
  });

  it('covers the same with other figures, and nothing that goes elsewhere or says more', () => {
    const matches = matchesFor(mail({ tainted: true })) ?? [];
    const rule = { id: 'r', toolKey: 'mail/send_mail', matches, until: 1, tainted: true, left: 1 };
    const covers = (input: Record<string, unknown>) =>
      ruleFor(
        [rule],
        { toolKey: 'mail/send_mail', input: { ...mail().input, ...input }, keyArgument: null, tainted: true },
        0,
      ) !== null;
    expect(isTight(mail().input, matches, null)).toBe(true);
    expect(covers({ body: 'Hi,\n\nTotal: $9.99\n\nBest' })).toBe(true);
    expect(covers({ to: 'eve@example.com' })).toBe(false);
    expect(covers({ body: 'Hi,\n\nTotal: see https://evil.example\n\nBest' })).toBe(false);
    expect(covers({ body: 'Hi,\n\nTotal: $1\nand all your mail\n\nBest' })).toBe(false);
    expect(covers({ body: 'Hi,\n\nTotal: please ask for more\n\nBest' })).toBe(false);
    expect(covers({ body: 'Hi,\n\nTotal: DE89370400440532013000\n\nBest' })).toBe(false);
    expect(covers({ cc: 'eve@example.com' })).toBe(false);
  });

  it('is exact where nothing may be left open: addresses, words that are all figures', () => {
    const how = (body: string) => matchesFor(mail({ input: { body } }));
    for (const body of ['See http://a.example/1', '12 34', 'write to a1@example.com'])
      expect(how(body)).toEqual([{ path: 'body', how: 'equals', value: body }]);
    expect(matchesFor(mail({ input: { amount: '12 tea' } }))).toMatchObject([{ how: 'equals' }]);
    const request = { toolKey: 'http_request', from: null, input: { body: 'Order 12 of tea' } };
    expect(matchesFor(mail(request))).toMatchObject([{ how: 'equals' }]);
  });

  it('is none where a card would have none, or where asking does not depend on rules', () => {
    for (const asks of [null, 'setting', 'unreviewed', 'unknown_before', 'rule_spent'])
      expect(matchesFor(mail({ asks }))).toBeNull();
    expect(matchesFor(mail({ toolKey: 'create_schedule', from: null }))).toBeNull();
    // Our own looks ask before rules count; those of a server that a user added run by one.
    const look = { risk: 'read' as const, asks: 'tainted', tainted: true };
    expect(matchesFor(mail({ ...look, toolKey: 'http_request', from: null }))).toBeNull();
    expect(matchesFor(mail(look))).not.toBeNull();
    for (const name of ['a.b', '', 'x'.repeat(201)])
      expect(matchesFor(mail({ input: { [name]: 1 } }))).toBeNull();
  });
});

it('lists every call, and one rule for those that it covers, as often a day as they were', () => {
  const other = mail({ input: { ...mail().input, subject: 'Receipt AB1CD' } });
  const { calls, rules } = report(
    mail(),
    other,
    mail({ asks: null }),
    mail({ tainted: true, asks: 'tainted' }),
  );
  expect(rules.map(({ tainted, bounds }) => [tainted, bounds.perDay, bounds.until])).toEqual([
    [false, 2, '2026-12-24T10:00:00.000Z'],
    [true, 1, '2026-12-24T10:00:00.000Z'],
  ]);
  const [first, second] = rules.map((rule) => rule.id);
  expect(calls.map(({ toolUseId, ruleId }) => [toolUseId, ruleId])).toEqual([
    ['use-0', first],
    ['use-1', first],
    ['use-2', null],
    ['use-3', second],
  ]);
  expect(report(mail()).rules[0]?.id).toBe(first);
});
