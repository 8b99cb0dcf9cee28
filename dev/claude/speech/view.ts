/**
 * A conversation as a speaker sees it: plain words in order, what was asked last, what tools returned. Markers of
 * scenarios are no part of what was said.
 */
import type { Message, MessageRequest, ToolSpec } from '../contract/request.ts';
import { digest } from '../digest.ts';
import type { JsonObject } from '#dev/stand-in/json.ts';
import { stripDirectives } from '../scenarios/directive.ts';

export interface Said {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}
export interface ToolOutcome {
  readonly name: string;
  readonly input: JsonObject;
  readonly text: string;
  readonly isError: boolean;
}
export interface View {
  readonly system: string;
  /** Everything said, oldest first; turns without words are left out. */
  readonly said: readonly Said[];
  /** The user's newest words, without markers, trimmed; empty where there are none. */
  readonly newest: string;
  /** What the user said before the newest words, oldest first. */
  readonly earlier: readonly string[];
  /** Results of the calls in the last user turn: the step that is to be taken now. */
  readonly outcomes: readonly ToolOutcome[];
  /** How many replies were given since the user's newest words: 0 at first, more in a tool loop. */
  readonly step: number;
  /** The tools the caller executes itself; speakers may call only these. */
  readonly tools: readonly ToolSpec[];
  /** When the newest words were sent, where the application says so (`[sent 2026-01-15T09:00Z]`). */
  readonly sentAt: string | undefined;
  /** Decides between equally good wordings; equal for equal conversations. */
  readonly seed: string;
}

export function viewOf(request: MessageRequest): View {
  const said = request.messages.flatMap((message) => saidIn(message));
  const users = said.filter((one) => one.role === 'user').map((one) => one.text);
  const newestAt = newestUserIndex(request.messages);
  return {
    system: request.system.map((block) => (block.type === 'text' ? block.text : '')).join('\n'),
    said,
    newest: users.at(-1) ?? '',
    earlier: users.slice(0, -1),
    outcomes: outcomesOf(request.messages),
    step: request.messages.slice(newestAt + 1).filter((message) => message.role === 'assistant').length,
    tools:
      request.toolChoice.type === 'none' ? [] : request.tools.filter((tool) => tool.builtin === undefined),
    sentAt: [...rawTextOf(request.messages[newestAt]).matchAll(SENT)].at(-1)?.[1],
    seed: digest(JSON.stringify(said)),
  };
}

/** The user's newest words as they were sent, markers included; the whole text of that message. */
export function newestRaw(request: MessageRequest): string {
  const message = request.messages[newestUserIndex(request.messages)];
  return message === undefined ? '' : textOf(message);
}

function newestUserIndex(messages: readonly Message[]): number {
  return messages.findLastIndex((message) => message.role === 'user' && textOf(message).trim() !== '');
}

/** The note that the application puts beside each message of a person. It is not what the person said. */
const SENT = /^\[(?:sent ([^\]\n]+)|(?:schedule|webhook|board) [^\]\n]+)\](?:\n|$)/gm;

/** The text without such notes. */
export function withoutNotes(text: string): string {
  return text.replaceAll(SENT, '');
}

function rawTextOf(message: Message | undefined): string {
  return (message?.content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function textOf(message: Message): string {
  return withoutNotes(rawTextOf(message));
}

function saidIn(message: Message): readonly Said[] {
  if (message.role === 'system') return [];
  const raw = textOf(message);
  if (raw.trim() === '') return [];
  const text = message.role === 'user' ? stripDirectives(raw).trim() : raw.trim();
  return [{ role: message.role, text }];
}

function outcomesOf(messages: readonly Message[]): readonly ToolOutcome[] {
  const calls = new Map<string, { name: string; input: JsonObject }>();
  for (const { content } of messages) {
    for (const block of content) if (block.type === 'tool_use') calls.set(block.id, block);
  }
  const lastAssistant = messages.findLastIndex((message) => message.role === 'assistant');
  return messages.slice(lastAssistant + 1).flatMap(({ content }) =>
    content.flatMap((block) => {
      if (block.type !== 'tool_result') return [];
      const call = calls.get(block.toolUseId);
      return call === undefined
        ? []
        : [{ name: call.name, input: call.input, text: block.text, isError: block.isError }];
    }),
  );
}
