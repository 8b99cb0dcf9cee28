/** What flows with tools have in common: finding a tool that is offered, and calling it. */
import type { JsonObject } from '#dev/stand-in/json.ts';
import type { Draft } from '../../reply/draft.ts';
import type { View } from '../view.ts';

/** The name of an offered tool: itself, or a server's tool that ends with it. */
export const offered = ({ tools }: View, name: string): string | undefined =>
  tools.find((tool) => tool.name === name || tool.name.endsWith(`__${name}`))?.name;

/** Calls a tool, with a word before it. Undefined where it is not offered. */
export function calling(view: View, name: string, input: JsonObject, words = ''): Draft | undefined {
  const tool = offered(view, name);
  if (tool === undefined) return undefined;
  const said = words === '' ? [] : [{ type: 'text' as const, text: words }];
  return { blocks: [...said, { type: 'tool_use', name: tool, input }] };
}

/** The result of the last call of a tool with this name, among those of this step. */
export const resultOf = ({ outcomes }: View, name: string) =>
  outcomes.findLast((outcome) => outcome.name === name || outcome.name.endsWith(`__${name}`));

/** What a person answered to `ask_user`. */
export function answersIn(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const answers =
      typeof parsed === 'object' && parsed !== null && 'answers' in parsed ? parsed.answers : [];
    return Array.isArray(answers)
      ? answers.map((each: { answer?: unknown }) => String(each.answer ?? ''))
      : [];
  } catch {
    return [];
  }
}
