/** Standing rules: whether one covers a call. A rule never covers more than what a person saw and bounded. */
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import { valueAt } from './argument-path.ts';
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
const isHarmless = (text: string): boolean => !/[@\uFE6B\uFF20]|:\/\/|www\./i.test(text);

function fitsTemplate(value: unknown, template: unknown): boolean {
  if (typeof value !== 'string' || typeof template !== 'string') return false;
  const pattern = template
    .split('*')
    .map(escape)
    .join(String.raw`([^\r\n]{0,${HOLE}}?)`);
  const found = new RegExp(`^${pattern}$`, 'u').exec(value);
  return found !== null && found.slice(1).every(isHarmless);
}

/**
 * A value that is missing, in the call or in the rule, is equal to nothing: a rule about an argument that is not there
 * would say yes to whatever is. `any` may be left out as a whole argument, but not inside of one.
 */
function fits(input: Input, { path, how, value }: ArgumentMatch): boolean {
  const given = valueAt(input, path);
  if (how === 'any') return given !== undefined || !path.includes('.');
  if (given === undefined || value === undefined) return false;
  if (how === 'figures') return fitsFigures(given, value);
  if (how === 'template') return fitsTemplate(given, value);
  return canonical(given) === canonical(value);
}

/** What the paths of a rule speak of at one place: all of what stands there, or single members of it. */
interface Place {
  whole: boolean;
  members: Map<string, Place>;
}

const emptyPlace = (): Place => ({ whole: false, members: new Map() });

function placesOf(matches: ReadonlyArray<ArgumentMatch>): Place {
  const top = emptyPlace();
  for (const { path } of matches) {
    let at = top;
    for (const part of path.split('.')) {
      const next = at.members.get(part) ?? emptyPlace();
      at.members.set(part, next);
      at = next;
    }
    at.whole = true;
  }
  return top;
}

/** Members as an array of that length has them. */
const areIndexes = ({ members }: Place): boolean =>
  Array.from({ length: members.size }, (_, at) => String(at)).every((at) => members.has(at));

/**
 * Whether everything in a value is spoken of. Where a rule speaks of single members, there have to be just these: one
 * more would be a recipient or a field that nobody thought of.
 */
function isCovered(value: unknown, place: Place | undefined): boolean {
  if (place === undefined || place.whole) return place !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const members = Object.entries(value);
  return (
    members.length === place.members.size &&
    Array.isArray(value) === areIndexes(place) &&
    members.every(([name, each]) => isCovered(each, place.members.get(name)))
  );
}

/** Whether every argument of the call is spoken of, so that none can carry something nobody thought of. */
function coversAll(input: Input, matches: ReadonlyArray<ArgumentMatch>, keyArgument: string | null): boolean {
  const { members } = placesOf(matches);
  return Object.entries(input).every(
    ([name, value]) => name === keyArgument || isCovered(value, members.get(name)),
  );
}

/**
 * Whether bounds are about this call: each names something that the call has, says what it may be, and together they
 * speak of all of it.
 */
export const areAbout = (
  input: Input,
  matches: ReadonlyArray<ArgumentMatch>,
  keyArgument: string | null,
): boolean =>
  coversAll(input, matches, keyArgument) &&
  matches.every(
    ({ path, how, value }) => valueAt(input, path) !== undefined && (how === 'any' || value !== undefined),
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
