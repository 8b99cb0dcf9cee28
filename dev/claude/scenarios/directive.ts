/**
 * The marker by which a message asks for a scenario: `[scenario: name key=value ...]`, anywhere in the user's newest
 * words. A value is a bare word, a "quoted text", or JSON (`{...}` or `[...]`), so that a tool call can be written down.
 */
import { parseJson } from '#dev/stand-in/json.ts';

export interface Directive {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const START = /\[scenario:\s*([a-z0-9-]+)/i;
const KEY = /^\s*([a-z][a-z0-9_-]*)=/i;

/**
 * The last marker in the text, or `undefined`: a message that got no reply stands before the newest one in the same turn,
 * and its marker was played already. A marker that does not end is no marker.
 */
export function findDirective(text: string): Directive | undefined {
  const found = locate(text);
  return found && (findDirective(text.slice(found.end)) ?? found.directive);
}

/** The text without any marker. */
export function stripDirectives(text: string): string {
  const found = locate(text);
  if (found === undefined) return text;
  return stripDirectives(`${text.slice(0, found.start)}${text.slice(found.end)}`);
}

function locate(text: string): { directive: Directive; start: number; end: number } | undefined {
  const opening = START.exec(text);
  if (opening === null) return undefined;
  let at = opening.index + opening[0].length;
  const options: Record<string, unknown> = {};
  for (;;) {
    const rest = text.slice(at);
    const closing = /^\s*\]/.exec(rest);
    if (closing !== null) {
      const directive = { name: (opening[1] ?? '').toLowerCase(), options };
      return { directive, start: opening.index, end: at + closing[0].length };
    }
    const key = KEY.exec(rest);
    if (key === null) return undefined;
    const value = readValue(rest.slice(key[0].length));
    if (value === undefined) return undefined;
    options[(key[1] ?? '').toLowerCase()] = value.value;
    at += key[0].length + value.length;
  }
}

function readValue(text: string): { value: unknown; length: number } | undefined {
  const first = text[0];
  if (first === '{' || first === '[' || first === '"') {
    const length = jsonLength(text);
    const value = length === undefined ? undefined : parseJson(text.slice(0, length));
    return length === undefined || value === undefined ? undefined : { value, length };
  }
  const word = /^[^\s\]]+/.exec(text)?.[0];
  if (word === undefined) return undefined;
  return { value: /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word, length: word.length };
}

/** The length of the JSON value the text begins with: brackets counted, strings respected. */
function jsonLength(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0 && !inString) return index + 1;
  }
  return undefined;
}
