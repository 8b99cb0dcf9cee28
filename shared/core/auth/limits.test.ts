import { assert, array, constantFrom, integer, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { addressSubject } from './limits-address.ts';
import { countersOf, decide, expiryOf, type Rule, rules, type Window } from './limits.ts';

const threeIn100: Window[] = [{ max: 3, windowMs: 100 }];

it('lets as many through as the window has places, and says to the millisecond when the next is free', () => {
  const rows: ReadonlyArray<[number[], number, ReturnType<typeof decide>]> = [
    [[], 50, { ok: true }],
    [[10, 20], 50, { ok: true }],
    [[10, 20, 30], 50, { ok: false, retryAfterMs: 60 }],
    [[30, 10, 20], 50, { ok: false, retryAfterMs: 60 }],
    [[10, 20, 30], 109, { ok: false, retryAfterMs: 1 }],
    [[10, 20, 30], 110, { ok: true }],
    // More than there may be (the rule was made stricter): a place is free when all but two are gone.
    [[10, 20, 30, 40, 45], 50, { ok: false, retryAfterMs: 80 }],
    // The clock was set back: what seems to lie ahead still counts.
    [[10, 20, 300], 50, { ok: false, retryAfterMs: 60 }],
  ];
  for (const [attempts, now, decision] of rows)
    expect([attempts, now, decide(attempts, threeIn100, now)]).toEqual([attempts, now, decision]);
  expect(decide([1, 2, 3], [{ max: 0, windowMs: 100 }], 10)).toEqual({ ok: false, retryAfterMs: 100 });
});

it('keeps every one of several windows', () => {
  const windows = [
    { max: 2, windowMs: 10 },
    { max: 3, windowMs: 1_000 },
  ];
  expect(decide([1, 2], windows, 5)).toEqual({ ok: false, retryAfterMs: 6 });
  expect(decide([1, 2], windows, 11)).toEqual({ ok: true });
  expect(decide([1, 2, 11], windows, 30)).toEqual({ ok: false, retryAfterMs: 971 });
  expect(expiryOf(30, windows)).toBe(1_030);
});

it('never has more in any stretch than a window allows, and never refuses while there is a place', () => {
  const window = record({ max: integer({ min: 1, max: 6 }), windowMs: integer({ min: 1, max: 60 }) });
  const gaps = array(integer({ min: 0, max: 30 }), { maxLength: 80 });
  assert(
    property(array(window, { minLength: 1, maxLength: 3 }), gaps, (windows, gaps) => {
      const passed: number[] = [];
      let now = 0;
      const room = (at: number) =>
        windows.every(({ max, windowMs }) => passed.filter((x) => x > at - windowMs).length < max);
      for (const gap of gaps) {
        now += gap;
        const decision = decide(passed, windows, now);
        expect(decision.ok).toBe(room(now));
        // The waiting time is exact: then there is room, and one millisecond before there is not.
        const wait = decision.ok ? 0 : decision.retryAfterMs;
        expect([room(now + wait), wait > 0 && room(now + wait - 1)]).toEqual([true, false]);
        if (decision.ok) passed.push(now);
      }
    }),
    { seed: 20_261_120, numRuns: 300 },
  );
});

it('has for every rule counters that can be asked, and forgives only what counts failures', () => {
  const names: Rule[] = Object.keys(rules).filter((name): name is Rule => name in rules);
  for (const name of names) {
    const counters = countersOf(name);
    expect(counters.length).toBeGreaterThan(0);
    for (const { by, windows } of counters) {
      expect(by.length).toBeGreaterThan(0);
      for (const { max, windowMs } of windows) {
        // The attempts of one counter are rows of one object, and read at each attempt.
        expect(max).toBeLessThanOrEqual(200);
        expect(windowMs).toBeGreaterThan(0);
      }
    }
  }
  const forgiven = names.flatMap((name) =>
    countersOf(name).flatMap((counter) => (counter.forgiven ? [`${name} ${counter.by.join('+')}`] : [])),
  );
  expect(forgiven).toEqual(['sign_in email+address', 'second_factor user', 'confirm user']);
});

it('counts an IPv4 address as it is, an IPv6 line by its /64, and nobody on the machine itself', () => {
  const rows: ReadonlyArray<[string | null | undefined, string | null]> = [
    [undefined, null],
    [null, null],
    ['', null],
    ['  ', null],
    ['127.0.0.1', null],
    ['127.8.9.10', null],
    ['::1', null],
    ['0:0:0:0:0:0:0:1', null],
    ['::ffff:127.0.0.1', null],
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::2', '0:0:0:0::/64'],
    // No addresses: each counts as what it is, so that nonsense is not a way past the limit.
    ['2001:db8', '2001:db8'],
    ['1::2::3', '1::2::3'],
    ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'],
    ['1:2:3:4:5:6:7::8', '1:2:3:4:5:6:7::8'],
    ['::ffff:999.0.0.1', '::ffff:999.0.0.1'],
    ['g::1', 'g::1'],
    ['x'.repeat(500), 'x'.repeat(64)],
  ];
  for (const [header, subject] of rows) expect([header, addressSubject(header)]).toEqual([header, subject]);
});

it('puts every address of one /64 into the same counter', () => {
  const group = integer({ min: 0, max: 0xffff });
  const style = constantFrom(
    (n: number) => n.toString(16),
    (n: number) => n.toString(16).padStart(4, '0').toUpperCase(),
  );
  const groups = array(group, { minLength: 8, maxLength: 8 });
  assert(
    property(groups, groups, style, (one, other, write) => {
      // The first group is that of addresses that are given out, so that nothing is a loopback or a mapped one.
      const network = [0x2001, ...one.slice(1, 4)];
      const same = (rest: number[]) => addressSubject([...network, ...rest].map(write).join(':'));
      expect(same(one.slice(4))).toBe(same(other.slice(4)));
      const elsewhere = [0x2001, ...other.slice(1, 4)];
      const there = addressSubject([...elsewhere, ...one.slice(4)].map(write).join(':'));
      expect(there === same(one.slice(4))).toBe(elsewhere.join() === network.join());
    }),
    { seed: 7, numRuns: 200 },
  );
});
