/** Memory over all conversations, which the person reads, edits and deletes. */
import * as z from 'zod/mini';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, object, text } from './schema.ts';

export const Remember = z.object({
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
  replaces: z.optional(z.nullable(z.string().check(z.maxLength(100)))),
});

export const Recall = z.object({ query: z.optional(z.nullable(z.string().check(z.maxLength(500)))) });

export const remember: BuiltinSpec = {
  name: 'remember',
  title: 'Remember something about you',
  description:
    'Keep one fact or preference of the person for all conversations, such as "prefers short answers" or "Rebecca is my accountant, rebecca@example.com". One fact a call, in one or two sentences. Use it when the person asks you to, or says something that will clearly matter again. The person sees and can change everything that is kept. With `replaces` it takes the place of an older memory.',
  inputSchema: object(
    { text: text('The fact.'), replaces: text('The id of the memory whose place it takes, from recall.') },
    ['text'],
  ),
  check: (input) => checkWith(Remember, input),
  risk: () => 'write',
  repeatable: true,
};

export const recall: BuiltinSpec = {
  name: 'recall',
  title: 'Recall what it knows of you',
  description:
    'What you keep about the person, with ids. With `query` only what has those words. Use it when an answer may depend on who they are or what they like.',
  inputSchema: object({ query: text('Words to look for; everything without it.') }, []),
  check: (input) => checkWith(Recall, input),
  risk: () => 'read',
  repeatable: true,
};
