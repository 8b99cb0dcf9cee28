/**
 * What a typed reply says to each field of a form. Its parts stand between commas, semicolons or lines; one that names an
 * option goes to the field of the option, and what is left over to the fields for words. Numbers go by position ("2, 1" is
 * the second of the first field and the first of the second), where there is a part for each field and none may mean
 * anything else. Where it is a guess, every field gets the whole reply, and the model takes it apart.
 */
import type { FieldAnswer, QuestionField } from '#shared/protocol/question.ts';
import { isPlace, isValue, optionAt } from './form-places.ts';
import { replyMeans } from './reply-words.ts';

/** Characters of a reply that is taken apart here; what is longer is talk. */
const most = 1_000;

/** An option by its label or number, in any case; null when the words are the person's own. */
function optionOf({ options }: QuestionField, said: string): string | null {
  const plain = said.trim().toLowerCase().replace(/[.!]$/, '');
  const byLabel = options.find(({ label }) => label.toLowerCase() === plain);
  return byLabel?.label ?? options[Number(/^(\d{1,2})\)?$/.exec(plain)?.[1]) - 1]?.label ?? null;
}

/** What the person's words answer to one field. */
export function wordsFor(field: QuestionField, said: string): FieldAnswer {
  if (field.kind === 'confirmation') {
    const reply = replyMeans(said);
    return reply === 'other' ? said : reply === 'yes';
  }
  return field.kind === 'choice' ? (optionOf(field, said) ?? said) : said;
}

/** The words alone, between blanks: "10 minutes" stands in "about 10 minutes", and "art" not in "start". */
const words = (text: string): string =>
  ` ${text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ')} `;

/** Whether a part answers the field. A short option, as "A", stands in too many sentences: it has to be all that is said. */
function fits(field: QuestionField, part: string): boolean {
  if (wordsFor(field, part) !== part) return true;
  const said = words(part);
  return field.options.some(
    ({ label }) => label === part || (label.length > 2 && said.includes(words(label))),
  );
}

/** What a part answers to the field at its place; null where it may answer another, or none. */
function answerAt(fields: ReadonlyArray<QuestionField>, field: QuestionField, part: string) {
  const named = optionAt(field, part);
  if (named !== null) return named;
  const isOthers = isPlace(part) || fields.some((each) => each !== field && fits(each, part));
  if (part === '' || isOthers) return null;
  const answer = wordsFor(field, part);
  return field.kind === 'text' || answer !== part || field.options.some(({ label }) => label === part)
    ? answer
    : null;
}

/** By position, one part to each field; null where no part names a place, or one is not clear. */
function inOrder(
  fields: ReadonlyArray<QuestionField>,
  parts: ReadonlyArray<string>,
): Record<string, FieldAnswer> | null {
  // Of several options "1, 2" may be two of the same field.
  if (parts.length !== fields.length || !parts.some(isPlace) || fields.some(({ multiple }) => multiple))
    return null;
  const answers: Record<string, FieldAnswer> = {};
  for (const [place, field] of fields.entries()) {
    const answer = answerAt(fields, field, parts[place] ?? '');
    if (answer === null) return null;
    answers[field.id] = answer;
  }
  return answers;
}

/** @param fields of the form, two at least */
export function readForm(fields: ReadonlyArray<QuestionField>, said: string): Record<string, FieldAnswer> {
  const given = new Map<string, string[]>();
  const give = (id: string, part: string) => given.set(id, [...(given.get(id) ?? []), part]);
  const left: string[] = [];
  let isGuess = said.length > most;
  // A comma between digits is part of a number.
  const parts = isGuess
    ? []
    : said
        .trim()
        .split(/\s*\n\s*|;|(?<!\d),|,(?!\d)/)
        .map((part) => part.trim());
  const placed = inOrder(fields, parts);
  if (placed !== null) return placed;
  for (const part of parts) {
    const [own, other] = fields.filter((field) => fits(field, part));
    const isSecond = own !== undefined && !own.multiple && given.has(own.id);
    // A second answer to one choice is perhaps one to a field for words; a number perhaps no place, but a value.
    isGuess ||= own !== undefined && isValue(own, part);
    isGuess ||= other !== undefined || (isSecond && fields.some(({ kind }) => kind === 'text'));
    if (own !== undefined) give(own.id, part);
    else if (part !== '') left.push(part);
  }
  if (isGuess || given.size === 0) return Object.fromEntries(fields.map(({ id }) => [id, said]));
  const open = fields.filter(({ id }) => !given.has(id));
  const forWords = open.filter(({ kind }) => kind === 'text');
  // Nothing that was said is lost: where every field has its part, the last one has the rest beside it.
  const targets = [forWords, open, fields.slice(-1)].find(({ length }) => length > 0) ?? [];
  if (left.length > 0) for (const { id } of targets) give(id, left.join(', '));
  return Object.fromEntries(
    fields.flatMap((field) => {
      const own = given.get(field.id);
      return own === undefined ? [] : [[field.id, wordsFor(field, own.join(', '))]];
    }),
  );
}
