/** `ask_user`: up to four questions to the person in one form. Carried out by the loop: the turn ends and waits. */
import * as z from 'zod/mini';
import type { QuestionField } from '#shared/protocol/question.ts';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, type Input, list, object, text } from './schema.ts';

const Label = z.string().check(z.trim(), z.minLength(1), z.maxLength(500));

const Asked = z.object({
  questions: z
    .array(
      z.object({
        question: Label,
        kind: z.enum(['confirmation', 'choice', 'text']),
        options: z.optional(
          z
            .array(
              z.object({
                label: Label,
                description: z.optional(z.nullable(z.string().check(z.maxLength(500)))),
              }),
            )
            .check(z.maxLength(20)),
        ),
        multiple: z.optional(z.nullable(z.boolean())),
      }),
    )
    .check(z.minLength(1), z.maxLength(4)),
  expires_in_hours: z.optional(z.nullable(z.number().check(z.minimum(1), z.maximum(720)))),
});

/** A week. */
const DEFAULT_HOURS = 168;

export const askUser: BuiltinSpec = {
  name: 'ask_user',
  title: 'Ask you something',
  description:
    'Ask the person and wait for the answer, however long it takes: this turn ends, and goes on with the answer as the result. Use it when a decision or a fact is missing that you cannot find out and should not guess. One clear question at a time, or a short form of at most four. Offer options for a choice; the person may always answer in their own words. Not for permission to use a tool: the app asks for that itself.',
  inputSchema: object(
    {
      questions: list(
        object(
          {
            question: text('One sentence, in the language of the person.'),
            kind: { type: 'string', enum: ['confirmation', 'choice', 'text'] },
            options: list(
              object({ label: text('A few words.'), description: text('What choosing it means.') }, [
                'label',
              ]),
              'For a choice: two to twenty.',
            ),
            multiple: { type: 'boolean', description: 'For a choice: several may be chosen.' },
          },
          ['question', 'kind'],
        ),
        'One to four questions.',
      ),
      expires_in_hours: {
        type: 'number',
        description: 'How long an answer is of use, 1 to 720 hours; 168 unless given.',
      },
    },
    ['questions'],
  ),
  check(input) {
    const wrong = checkWith(Asked, input);
    if (wrong !== null) return wrong;
    const { questions } = Asked.parse(input);
    const bare = questions.find(({ kind, options }) => kind === 'choice' && (options ?? []).length < 2);
    return bare === undefined ? null : 'A choice needs at least two options.';
  },
  risk: () => 'read',
  repeatable: true,
};

/** What the person is asked, and how many hours the question stays open. The arguments were checked. */
export function questionsOf(input: Input): { fields: QuestionField[]; hours: number } {
  const { questions, expires_in_hours: hours } = Asked.parse(input);
  const fields = questions.map(({ question, kind, options, multiple }, index) => ({
    id: `q${index + 1}`,
    kind,
    label: question,
    options: (options ?? []).map(({ label, description }) => ({ label, description: description ?? null })),
    multiple: multiple ?? false,
  }));
  return { fields, hours: hours ?? DEFAULT_HOURS };
}
