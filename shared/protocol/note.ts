/** The note that a conversation carries from run to run. */
import * as z from 'zod/mini';
import { Instant } from './ids.ts';

export const NoteText = z.string().check(z.trim(), z.maxLength(8_000));

export const Note = z.object({ text: z.string(), by: z.enum(['user', 'assistant']), updatedAt: Instant });
export type Note = z.infer<typeof Note>;

/** An empty text removes it. */
export const SetNote = z.strictObject({ text: NoteText });
export type SetNote = z.infer<typeof SetNote>;
