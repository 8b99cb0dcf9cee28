import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import { canonical } from './canonical.ts';
import { areAbout, isTight, ruleFor } from './rules.ts';

type Input = Record<string, unknown>;

const covers = (matches: ReadonlyArray<ArgumentMatch>, input: Input, tainted = true): boolean => {
  const rule = { id: 'r', toolKey: 'send', matches, until: 1, tainted: true, left: 1 };
  return ruleFor([rule], { toolKey: 'send', input, keyArgument: null, tainted }, 0) !== null;
};
const equals = (path: string, value?: unknown): ArgumentMatch => ({
  path,
  how: 'equals',
  ...(value === undefined ? {} : { value }),
});
const any = (path: string): ArgumentMatch => ({ path, how: 'any' });

describe('a rule about single members', () => {
  const mail = { to: 'bob@example.com', subject: 'News', body: 'Hi' };

  it('does not speak of a whole argument by a path that is not there', () => {
    const wide = [
      equals('to.x'),
      equals('body.x'),
      { path: 'subject', how: 'template' as const, value: '*' },
    ];
    expect([isTight(mail, wide, null), areAbout(mail, wide, null)]).toEqual([false, false]);
    // As it may have been stored.
    for (const tainted of [true, false]) {
      expect(covers(wide, mail, tainted)).toBe(false);
      expect(covers(wide, { ...mail, to: 'evil@y.example', body: 'All your mail' }, tainted)).toBe(false);
      expect(covers([any('to.x')], { to: 'evil@y.example' }, tainted)).toBe(false);
      expect(covers([any('to.x')], {}, tainted)).toBe(false);
    }
  });

  it('lets no further recipient into a list, and no further field into an object', () => {
    const list = [equals('to.0', 'a@x.example'), equals('to.1', 'b@x.example')];
    const to = ['a@x.example', 'b@x.example'];
    expect([isTight({ to }, list, null), areAbout({ to }, list, null), covers(list, { to })]).toEqual([
      true,
      true,
      true,
    ]);
    expect(areAbout({ to }, list.slice(0, 1), null)).toBe(false);
    const others = [[...to, 'evil@y.example'], to.slice(0, 1), { ...to }, { 0: to[0], 1: to[1], length: 2 }];
    for (const other of others)
      for (const tainted of [true, false]) expect(covers(list, { to: other }, tainted)).toBe(false);
    const object = [equals('mail.to', 'a'), any('mail.text')];
    expect(covers(object, { mail: { to: 'a', text: 'x' } }, false)).toBe(true);
    expect(covers(object, { mail: { to: 'a', text: 'x', bcc: 'evil' } }, false)).toBe(false);
    expect(covers(object, { mail: { to: 'a' } }, false)).toBe(false);
    expect(covers([equals('to.length', 1)], { to: ['evil'] })).toBe(false);
  });

  it('is about no argument with a dot in its name, and about no empty list', () => {
    expect(areAbout({ 'a.b': 1 }, [equals('a.b', 1)], null)).toBe(false);
    expect(covers([equals('a.b', 1)], { 'a.b': 2, a: { b: 1 } })).toBe(false);
    expect(areAbout({ to: [] }, [equals('to.0', 'x')], null)).toBe(false);
    expect(areAbout({ to: [] }, [equals('to', [])], null)).toBe(true);
  });
});

it('holds nothing that is missing equal to something that is there', () => {
  const matches = [equals('to')];
  expect(areAbout({ to: 'x' }, matches, null)).toBe(false);
  for (const input of [{ to: 'x' }, { to: null }, { to: undefined }, {}])
    expect(covers(matches, input)).toBe(false);
  expect(covers([equals('to', null)], { to: null })).toBe(true);
  expect(covers([equals('to', null)], {})).toBe(false);
  // Every text without figures has the template `null`.
  expect(covers([{ path: 'body', how: 'figures', value: null }], { body: 'All your mail' })).toBe(false);
  // Who opened an argument opened it for calls without it, too.
  expect(covers([equals('to', 'x'), any('cc')], { to: 'x' }, false)).toBe(true);
});

/** Arguments with names that were trouble, small enough that two of them are often nearly the same. */
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('to', 'cc', 'body', 'x', '0', '1') },
  { weight: 1, arbitrary: fc.constantFrom('length', 'a.b', '__proto__', '') },
);
const word = fc.constantFrom('a', 'b', 'evil@y.example', '7', '');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: word },
    { weight: 1, arbitrary: fc.constantFrom(null, true, 0) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map(objectOf) },
  ),
}));
const input = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 3 }).map(objectOf);

/** As parsed from JSON: `__proto__` is a name like others. */
function objectOf(members: ReadonlyArray<readonly [string, unknown]>): Input {
  return JSON.parse(
    `{${[...new Map(members)].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`).join(',')}}`,
  );
}

const isObject = (at: unknown): at is Input => typeof at === 'object' && at !== null;

/** Every place of a call, also those inside of others. */
const placesIn = (at: unknown, path: string[] = []): string[][] =>
  isObject(at)
    ? Object.entries(at).flatMap(([key, each]) => [[...path, key], ...placesIn(each, [...path, key])])
    : [];

const valueOf = (call: Input, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), call);

/** The call with another value (or without one, or with one more) somewhere. */
function changed(call: Input, path: ReadonlyArray<string>, next: unknown): Input {
  const copy = structuredClone(call);
  const at = path.length > 1 ? valueOf(copy, path.slice(0, -1)) : copy;
  const key = path.at(-1) ?? '';
  if (!isObject(at)) return copy;
  // A list of JSON has places and nothing else: what is put elsewhere comes at its end.
  if (Array.isArray(at) && !Object.hasOwn(at, Number(key)))
    return next === undefined ? copy : (at.push(next), copy);
  if (next !== undefined)
    Object.defineProperty(at, key, { value: next, enumerable: true, configurable: true, writable: true });
  else if (Array.isArray(at)) at.splice(Number(key), 1);
  else Reflect.deleteProperty(at, key);
  return copy;
}

/** How to make matches of the leaves or of whole places, with some that are missing, too many or strange. */
const choice = fc.record({
  whole: fc.boolean(),
  how: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom<ArgumentMatch['how'][]>('equals', 'template') },
    { weight: 1, arbitrary: fc.constantFrom<ArgumentMatch['how'][]>('figures', 'any') },
  ),
  given: fc.oneof(
    { weight: 10, arbitrary: fc.constant('own') },
    { weight: 1, arbitrary: fc.constantFrom('other', 'none') },
  ),
  drop: fc.nat({ max: 11 }),
});
type Choice = typeof choice extends fc.Arbitrary<infer C> ? C : never;
const choices = fc.array(choice, { minLength: 12, maxLength: 12 });
const strange = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.record({ path: fc.array(name, { minLength: 1, maxLength: 3 }), given: fc.option(value) }),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

function matchesOf(call: Input, drawn: ReadonlyArray<Choice>): ArgumentMatch[] {
  let at = 0;
  const below = (value: unknown, path: string[]): ArgumentMatch[] => {
    const { whole, how, given, drop } = drawn[at++ % drawn.length] as Choice;
    const isLeaf = !isObject(value) || Object.keys(value).length === 0;
    if (!isLeaf && !whole) return Object.entries(value).flatMap(([key, each]) => below(each, [...path, key]));
    if (drop === 0) return [];
    const own = how === 'template' && typeof value === 'string' ? '*' : value;
    const said = given === 'none' ? {} : { value: given === 'own' ? own : 'a' };
    return [{ path: path.join('.'), how: typeof value === 'string' ? how : 'equals', ...said }];
  };
  return Object.entries(call).flatMap(([key, each]) => below(each, [key]));
}

/** What a rule speaks of, put back to what the person saw. */
const putBack = (call: Input, granted: Input, matches: ReadonlyArray<ArgumentMatch>): Input =>
  matches.reduce((at, { path }) => changed(at, path.split('.'), valueOf(granted, path.split('.'))), call);

describe('whatever bounds are tight', () => {
  const granted = fc.tuple(input, choices, strange).map(([call, drawn, more]): [Input, ArgumentMatch[]] => [
    call,
    [
      ...matchesOf(call, drawn),
      ...more.map(({ path, given }): ArgumentMatch => ({
        path: path.join('.'),
        how: 'equals',
        ...(given === null ? {} : { value: given }),
      })),
    ],
  ]);
  const edit = fc.oneof(
    fc.record({ at: fc.nat(), key: fc.constant(null), next: word }),
    fc.record({ at: fc.nat(), key: fc.option(name), next: fc.option(value, { nil: undefined }) }),
  );
  const edits = fc.array(edit, { minLength: 1, maxLength: 3 });
  const editedBy = (
    call: Input,
    { at, key, next }: { at: number; key: string | null; next: unknown },
  ): Input => {
    const places = [[], ...placesIn(call)];
    const place = places[at % places.length] ?? [];
    const path = key === null ? place : [...place, key];
    return path.length === 0 ? call : changed(call, path, next);
  };

  it('no call passes that differs where the rule says nothing', () => {
    let [accepted, passed, differed] = [0, 0, 0];
    fc.assert(
      fc.property(granted, fc.array(edits, { minLength: 4, maxLength: 4 }), ([call, matches], several) => {
        // As the gate has it, so that what was stored before is drawn, too.
        if (!isTight(call, matches, null)) return;
        accepted += 1;
        for (const each of several) {
          const next = each.reduce(editedBy, call);
          if (!covers(matches, next)) continue;
          passed += 1;
          if (canonical(next) !== canonical(call)) differed += 1;
          expect(canonical(putBack(next, call, matches))).toBe(canonical(call));
        }
      }),
      { seed: 20_261_129, numRuns: 10_000 },
    );
    // The draw was about something: rules were accepted, and calls that differ got through them where they may.
    expect([accepted > 5_000, passed > 3_000, differed > 500]).toEqual([true, true, true]);
  });

  it('a rule that fixes every argument as it was covers that call, in tainted turns too', () => {
    fc.assert(
      fc.property(input, (call) => {
        const names = Object.keys(call).filter((key) => !key.includes('.'));
        const exact = names.map((key) => equals(key, call[key]));
        const plain = objectOf(names.map((key) => [key, call[key]]));
        expect([areAbout(plain, exact, null), covers(exact, plain)]).toEqual([true, true]);
      }),
      { seed: 20_261_129, numRuns: 500 },
    );
  });
});
