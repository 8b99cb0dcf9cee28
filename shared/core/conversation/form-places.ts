/**
 * Which option of a choice a part of a reply names by its place: "2", "the second", "option 2". A number may as well be a
 * value ("5" of "5 minutes"): where the field has anything to do with numbers it names no place.
 */
import type { QuestionField } from '#shared/protocol/question.ts';

const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');

/** "2", "2)" and "2." alone. */
const NUMBER = /^(\d{1,2})[).!]?$/;
/** "The second", "2nd", "option 2", "#2": it can be nothing but a place. */
const PLACE = new RegExp(
  `^(?:the )?(?:(?:option |number |#)(\\d{1,2})|(\\d{1,2})(?:st|nd|rd|th)|(${ordinals.join('|')}))(?: one| option)?[.!]?$`,
);

// What is counted, in the languages in which a yes is read.
const COUNTED = new RegExp(
  `\\d|(?<!\\p{L})(${[
    ...ordinals,
    'one|two|three|four|five|six|seven|eight|nine|ten|half|dozen|single|double|once|twice',
    'ein|eine|einen|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|einmal|zweimal',
    'un|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez',
    'due|tre|quattro|cinque|sei|sette|otto|nove|dieci|um|uma|dois|duas|três|quatro|sete|oito|dez',
    'een|twee|drie|vijf|zes|zeven|negen|tien',
  ].join('|')})(?!\\p{L})`,
  'iu',
);
const HOW_MANY = /\bhow (?:many|much|long|often)\b|\bnumber of\b/i;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether a number alone can only be a place: neither an option nor the question is about numbers. */
const isPlain = ({ label, options }: QuestionField): boolean =>
  !HOW_MANY.test(label) && !options.some((option) => COUNTED.test(option.label));

/** Whether a number alone may mean something else than a place among the options. */
export const isValue = (field: QuestionField, part: string): boolean => NUMBER.test(part) && !isPlain(field);

/** A number, or words for a place, and nothing else: whatever it means. */
export const isPlace = (part: string): boolean => NUMBER.test(part) || PLACE.test(part.toLowerCase());

/** The label of the option at the place that a part names; null where it names none, or may mean another. */
export function optionAt(field: QuestionField, part: string): string | null {
  const { options, kind, multiple } = field;
  if (kind !== 'choice' || multiple) return null;
  const said = part.toLowerCase();
  const alone = NUMBER.exec(said)?.[1];
  if (alone !== undefined) return isPlain(field) ? (options[Number(alone) - 1]?.label ?? null) : null;
  const [, counted, nth, word = ''] = PLACE.exec(said) ?? [];
  const digits = counted ?? nth;
  const place = digits === undefined ? ordinals.indexOf(word) : Number(digits) - 1;
  // "The second" may be that of an option, as in "the second draft".
  const named = new Set(wordsOf(said).filter((each) => each !== 'the'));
  const isNamed = options.some(({ label }) => wordsOf(label).some((each) => named.has(each)));
  return isNamed ? null : (options[place]?.label ?? null);
}
