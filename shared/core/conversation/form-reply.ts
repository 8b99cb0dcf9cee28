/**
 * What a typed reply says to each field of a form. Its parts stand between commas, semicolons or lines; one that names an
 * option goes to the field of the option, and what is left over to the fields for words. Where that is a guess, every field
 * gets the whole reply, and the model takes it apart.
 */
import type { FieldAnswer, QuestionField } from '#shared/protocol/question.ts';
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

/** @param fields of the form, two at least */
export function readForm(fields: ReadonlyArray<QuestionField>, said: string): Record<string, FieldAnswer> {
  const given = new Map<string, string[]>();
  const give = (id: string, part: string) => given.set(id, [...(given.get(id) ?? []), part]);
  const left: string[] = [];
  let isGuess = said.length > most;
  // A comma between digits is part of a number.
  for (const each of isGuess ? [] : said.split(/\n|;|(?<!\d),|,(?!\d)/)) {
    const part = each.trim();
    const [own, other] = fields.filter((field) => fits(field, part));
    const isSecond = own !== undefined && !own.multiple && given.has(own.id);
    // A second answer to one choice is perhaps one to a field for words.
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
