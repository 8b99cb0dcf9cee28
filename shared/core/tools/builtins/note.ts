/** The carry-forward note of a conversation that works by itself: the agent writes it, the person may change it. */
import * as z from 'zod/mini';
import { NoteText } from '#shared/protocol/note.ts';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, type Input, object, text } from './schema.ts';

const Note = z.strictObject({ text: NoteText });

/** The arguments of `update_note`; they were checked. */
export const noteIn = (input: Input): string => Note.parse(input).text;

export const updateNote: BuiltinSpec = {
  name: 'update_note',
  title: 'Write the carry-forward note',
  description:
    'Replace the note that this conversation carries from run to run: the last result, what is open, what the person corrected, what was already told. The person sees it at the top and may change it. Write it at the end of a run of its own when something changed; short Markdown, all of it each time; an empty text removes it.',
  inputSchema: object({ text: text('The whole note.') }, ['text']),
  check: (input) => checkWith(Note, input),
  risk: () => 'store',
  repeatable: true,
};
