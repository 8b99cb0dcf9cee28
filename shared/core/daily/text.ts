/** Words of others, made safe for a board and a report that are read by line. */
import { cut } from '../clean.ts';

/** Everything that a page, a mail or a terminal may take for a new line or for another direction of writing. */
const breaks = /[\s\p{Cc}\p{Zl}\p{Zp}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu;

/** In one line, whatever stands in it. */
export const flat = (text: string): string => text.replaceAll(breaks, ' ').trim();

/** In one line of at most so many characters. */
export function brief(text: string, most = 160): string {
  const line = flat(text);
  return line.length <= most ? line : `${cut(line, most - 1)}…`;
}

/** As `brief`, for a line of the report whose parts are set apart by bars. */
export const cell = (text: string): string => brief(text.replaceAll('|', '/'));

/** The name of a category, as rules and tasks are compared by it. */
export const categoryOf = (name: string): string => flat(name).toLowerCase();

/** Title and category of a task as the board keeps them. */
export const tidy = <Given extends { title?: string; category?: string }>(given: Given): Given => ({
  ...given,
  ...(given.title === undefined ? {} : { title: flat(given.title) || 'Untitled' }),
  ...(given.category === undefined ? {} : { category: categoryOf(given.category) }),
});
