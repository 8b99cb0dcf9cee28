/** Schemas of built-in tools, in the API's strict subset, and the one way to check arguments against zod. */
import type * as z from 'zod/mini';

export type Schema = Readonly<Record<string, unknown>>;
export type Input = Readonly<Record<string, unknown>>;

export const text = (description: string): Schema => ({ type: 'string', description });
export const list = (items: Schema, description: string): Schema => ({ type: 'array', items, description });

/** An object of these members and no others. */
export const object = (
  properties: Readonly<Record<string, Schema>>,
  required: ReadonlyArray<string>,
): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** What is wrong, in one sentence for the model; null when nothing is. */
export function checkWith(shape: z.ZodMiniType, input: Input): string | null {
  const { error } = shape.safeParse(input);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return null;
  const where = issue.path.length === 0 ? 'The arguments' : `"${issue.path.join('.')}"`;
  return `${where}: ${issue.message}.`;
}
