/** Standing rules: whether one covers a call. A rule never covers more than what a person saw and bounded. */
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import { canonical } from './canonical.ts';
import { fitsFigures } from './figures.ts';
import type { KitRule } from './kit.ts';

/** Rules that a user may have. */
export const maxRules = 100;

type Input = Readonly<Record<string, unknown>>;

/** The longest text that a `*` of a template of a person stands for; on one line, so that nothing hides behind it. */
const HOLE = 120;

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * A hole holds no address, link or mail: what a template leaves open is a number, a name, a date, never a place where
 * something goes to.
 */
const isHarmless = (text: string): boolean => !/@|:\/\/|www\./i.test(text);

function fitsTemplate(value: unknown, template: unknown): boolean {
  if (typeof value !== 'string' || typeof template !== 'string') return false;
  const pattern = template
    .split('*')
    .map(escape)
    .join(String.raw`([^\r\n]{0,${HOLE}}?)`);
  const found = new RegExp(`^${pattern}$`, 'u').exec(value);
  return found !== null && found.slice(1).every(isHarmless);
}

function valueAt(input: Input, path: string): unknown {
  let at: unknown = input;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Input)[part];
  }
  return at;
}

function fits(input: Input, { path, how, value }: ArgumentMatch): boolean {
  const given = valueAt(input, path);
  if (how === 'any') return true;
  if (how === 'figures') return fitsFigures(given, value);
  if (how === 'template') return fitsTemplate(given, value);
  return canonical(given ?? null) === canonical(value ?? null);
}

/** Whether every argument of the call is spoken of, so that none can carry something nobody thought of. */
const coversAll = (
  input: Input,
  matches: ReadonlyArray<ArgumentMatch>,
  keyArgument: string | null,
): boolean =>
  Object.keys(input).every(
    (name) =>
      name === keyArgument || matches.some(({ path }) => path === name || path.startsWith(`${name}.`)),
  );

/** Whether a rule may be granted for turns with outside content: every argument fixed or a template. */
export const isTight = (
  input: Input,
  matches: ReadonlyArray<ArgumentMatch>,
  keyArgument: string | null,
): boolean => coversAll(input, matches, keyArgument) && matches.every(({ how }) => how !== 'any');

/** The first rule that covers this call now; null when none does. `now` in milliseconds. */
export function ruleFor(
  rules: ReadonlyArray<KitRule>,
  call: { toolKey: string; input: Input; keyArgument: string | null; tainted: boolean },
  now: number,
): KitRule | null {
  const covers = (rule: KitRule): boolean =>
    rule.toolKey === call.toolKey &&
    rule.left > 0 &&
    now < rule.until &&
    (!call.tainted || (rule.tainted && isTight(call.input, rule.matches, call.keyArgument))) &&
    coversAll(call.input, rule.matches, call.keyArgument) &&
    rule.matches.every((match) => fits(call.input, match));
  return rules.find(covers) ?? null;
}
