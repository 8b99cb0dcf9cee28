import { v7 as uuidv7 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { at, AT, count, DAY, newUser, rule } from '../../test/workers/desk.ts';

afterEach(() => vi.useRealTimers());

it('spends a rule exactly as often as it says, however many ask at once', async () => {
  const { id, desk } = await newUser();
  at(AT);
  const made = rule({ perDay: 7 });
  expect(await desk.addRule(made)).toEqual({ ok: true });
  const calls = Array.from({ length: 20 }, () => uuidv7());
  const spent = await Promise.all(calls.map((call) => desk.spendRule(made.id, call)));
  expect(spent.filter(Boolean)).toHaveLength(7);
  // Asked again, each call hears the same, and nothing more is used.
  const again = await Promise.all(calls.map((call) => desk.spendRule(made.id, call)));
  expect(again).toEqual(spent);
  expect(await desk.rules()).toMatchObject([{ id: made.id, usedToday: 7, uses: 7 }]);
  expect((await desk.kit())?.rules).toMatchObject([{ id: made.id, left: 0 }]);
  // A call that used one rule does not use another as well.
  const other = rule();
  await desk.addRule(other);
  expect(await desk.spendRule(other.id, calls[spent.indexOf(true)] ?? '')).toBe(false);
  expect((await desk.rules()).map(({ uses }) => uses).toSorted()).toEqual([0, 7]);
  // One answer for each call is kept, also where it was no.
  expect(await count(id, 'rule_uses')).toBe(20);
});

it('stays with its no to a call, whatever day it is asked again', async () => {
  const { desk } = await newUser();
  at(AT);
  const made = rule({ perDay: 1 });
  await desk.addRule(made);
  const [first, refused] = [uuidv7(), uuidv7()];
  expect(await desk.spendRule(made.id, first)).toBe(true);
  expect(await desk.spendRule(made.id, refused)).toBe(false);
  at(AT + DAY);
  expect(await desk.spendRule(made.id, refused)).toBe(false);
  expect(await desk.spendRule(made.id, first)).toBe(true);
  // Neither has used anything of the new day.
  expect(await desk.rules()).toMatchObject([{ usedToday: 0, uses: 1 }]);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(true);
  // Of a rule that is not there nothing is kept: the call may ask when it is.
  const [early, late] = [uuidv7(), rule()];
  expect(await desk.spendRule(late.id, early)).toBe(false);
  await desk.addRule(late);
  expect(await desk.spendRule(late.id, early)).toBe(true);
});

it('counts by the day where the user is', async () => {
  const { desk } = await newUser();
  at(AT);
  const made = rule({ perDay: 1 });
  await desk.addRule(made);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(true);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(false);
  // Midnight in Paris; in UTC it is the same day still.
  at(AT + 29 * 60_000);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(false);
  at(AT + 30 * 60_000);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(true);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(false);
  expect(await desk.rules()).toMatchObject([{ usedToday: 1, uses: 2 }]);
  // Midnight in UTC begins no new day.
  at(AT + 100 * 60_000);
  expect(await desk.spendRule(made.id, uuidv7())).toBe(false);
});

it('lets a rule end by its date or by its owner, at once and for good', async () => {
  const { desk } = await newUser();
  at(AT);
  const [short, long] = [rule({ until: new Date(AT + DAY).toISOString() }), rule({ title: 'Long' })];
  for (const each of [short, long, short, long]) expect(await desk.addRule(each)).toEqual({ ok: true });
  expect(await desk.rules()).toHaveLength(2);
  const call = uuidv7();
  expect(await desk.spendRule(short.id, call)).toBe(true);
  at(AT + DAY - 1);
  expect(await desk.spendRule(short.id, uuidv7())).toBe(true);
  at(AT + DAY);
  expect(await desk.spendRule(short.id, uuidv7())).toBe(false);
  expect(await desk.spendRule(short.id, call)).toBe(true);
  expect((await desk.kit())?.rules.map(({ id }) => id)).toEqual([long.id]);

  expect(await desk.removeRule(long.id)).toBe(true);
  expect(await desk.removeRule(long.id)).toBe(false);
  expect(await desk.spendRule(long.id, uuidv7())).toBe(false);
  // A grant that was under way when its owner ended it does not come back.
  expect(await desk.addRule(long)).toEqual({ ok: true });
  expect(await desk.rules()).toEqual([]);
  expect(await desk.spendRule(long.id, uuidv7())).toBe(false);
  expect((await desk.audit({}))?.items.map(({ action, detail }) => [action, detail])).toEqual([
    ['rule_ended', 'Long'],
    ['rule_granted', 'Long'],
    ['rule_granted', 'Post to the board'],
  ]);
});

it('keeps at most a hundred rules that hold, and forgets those that ended long ago', async () => {
  const { id, desk } = await newUser();
  at(AT);
  const rules = Array.from({ length: 100 }, () => rule());
  for (const each of rules) await desk.addRule(each);
  expect(await desk.addRule(rule())).toEqual({ ok: false, code: 'limit_reached' });
  expect(await desk.addRule(rules[0] ?? rule())).toEqual({ ok: true });
  await desk.spendRule(rules[0]?.id ?? '', uuidv7());
  at(AT + 31 * DAY);
  const late = rule({ until: new Date(AT + 200 * DAY).toISOString() });
  expect(await desk.addRule(late)).toEqual({ ok: true });
  expect(await count(id, 'rules')).toBe(101);
  at(AT + 121 * DAY);
  await desk.addRule(late);
  expect(await count(id, 'rules')).toBe(1);
  expect(await count(id, 'rule_uses')).toBe(0);
});
