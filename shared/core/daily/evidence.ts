/**
 * Whether what a sub-agent names as evidence stands in what happened: in the answers of tools that reach outside this app,
 * or in what a call that went out was made with. It needs something to hold on to (an id, an address, a number, a file, or
 * the very words of an answer): a plain word stands in nearly every answer, also in "No mail found". Its own words show
 * nothing, nor does what the board answers, what it keeps for itself and reads back, and what a program of its own prints.
 */
import type { ContentBlock, Message } from '#shared/protocol/conversation.ts';
import { CompleteTask } from '../tools/builtins/daily-agent.ts';
import { anchorsIn, codesIn, plain } from './anchors.ts';

type Use = Extract<ContentBlock, { type: 'tool_use' }>;
type Result = Extract<ContentBlock, { type: 'tool_result' }>;
type Input = Readonly<Record<string, unknown>>;

/** Letters from which on words that stand in an answer are no chance. */
const QUOTE = 20;

/** What happened, as texts to look into, in small letters. */
interface Trace {
  /** Answers, whose words may be quoted. */
  answers: string[];
  /** Where ids, addresses and numbers may stand: answers that say more than what was asked, and what went out. */
  held: string[];
  /** Ids without a digit, as of bookings. */
  codes: Set<string>;
  /** Pages that were opened, and names of files that were written. */
  there: Set<string>;
  /** Ids of files that came from outside: what is read in them is no word of its own. */
  foreign: Set<string>;
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Built-in tools keep things for this app, except those that reach outside. */
function isOutside({ name, intent, server, input }: Use, foreign: ReadonlySet<string>): boolean {
  if (server) return name === 'web_search' || name === 'web_fetch';
  if (intent === undefined || intent.from !== null) return intent !== undefined;
  return name === 'http_request' || (name === 'read_file' && foreign.has(String(input['id'])));
}

/** A server that nobody has vetted claims that its search only looks, and counts as one that writes: its name tells. */
const looks = /^(?:count|fetch|find|get|list|look|query|read|show)|search/i;

/** Calls that reached somebody else: what they were made with is out there. */
const wentOut = ({ name, intent }: Use): boolean =>
  intent !== undefined &&
  intent.risk !== 'read' &&
  intent.risk !== 'store' &&
  (intent.from === null || !looks.test(name.split('__').at(-1) ?? name));

const isWordPart = (letter: string | undefined): boolean =>
  letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

/** Whether a text stands there as a word of its own: "m1" is not in "from12". */
function standsIn(text: string, whole: string): boolean {
  for (let at = whole.indexOf(text); at !== -1; at = whole.indexOf(text, at + 1))
    if (!isWordPart(whole[at - 1]) && !isWordPart(whole[at + text.length])) return true;
  return false;
}

function follow(trace: Trace, use: Use, result: Result): void {
  const given = textsOf(use.input).map(plain);
  for (const { id } of [...(result.files ?? []), ...(result.full ? [result.full] : [])])
    trace.foreign.add(id);
  for (const [key, value] of Object.entries(use.input))
    if (/^ur[il]$/i.test(key) && typeof value === 'string') trace.there.add(plain(value));
  const answer = plain(result.text);
  trace.answers.push(answer);
  const codes = codesIn(result.text);
  const { strong, weak } = anchorsIn(answer, new Set(codes));
  // "Nothing found for INV-2231" only says again what was asked.
  const saysMore = [...strong, ...weak].some((part) => !given.some((each) => standsIn(part, each)));
  if (!saysMore && !wentOut(use)) return;
  trace.held.push(answer, ...(wentOut(use) ? given : []));
  for (const each of codes) trace.codes.add(each);
}

/** @param messages of the sub-agent's conversation */
function traceOf(messages: ReadonlyArray<Pick<Message, 'content'>>): Trace {
  const trace: Trace = {
    answers: [],
    held: [],
    codes: new Set(),
    there: new Set(),
    foreign: new Set(),
  };
  const uses = new Map<string, Use>();
  for (const block of messages.flatMap(({ content }) => content)) {
    if (block.type === 'tool_use') uses.set(block.id, block);
    if (block.type === 'file') trace.foreign.add(block.file.id);
    if (block.type !== 'tool_result' || block.isError || (block.outcome ?? 'ok') !== 'ok') continue;
    const use = uses.get(block.toolUseId);
    if (use === undefined) continue;
    if (isOutside(use, trace.foreign)) follow(trace, use, block);
    // A file is there to be opened, whoever wrote it; what stands in it shows nothing.
    else if (use.name === 'write_file' && use.intent) trace.there.add(plain(String(use.input['name'])));
  }
  return trace;
}

/** What of a text may be the very words of an answer: all of it, or what it sets in quotation marks. */
const quotesIn = (text: string): string[] => [
  text.replace(/^["'“„«]+|["'”“»]+$/gu, ''),
  ...(text.match(/["“„«][^"“”„«»]+["”“»]/gu) ?? []).map((each) => each.slice(1, -1)),
];

function isShown(text: string, { answers, held, codes, there }: Trace): boolean {
  const wanted = plain(text);
  const found = (part: string): boolean => there.has(part) || held.some((each) => standsIn(part, each));
  if (there.has(wanted)) return true;
  for (const quote of quotesIn(wanted))
    if (quote.length >= QUOTE && answers.some((each) => standsIn(quote, each))) return true;
  // "Issue 42": a number too short to say anything without the word beside it.
  if (/\p{L}/u.test(wanted) && /\p{N}{2}/u.test(wanted) && found(wanted)) return true;
  const { strong, weak } = anchorsIn(wanted, codes);
  const anchors = strong.length > 0 ? strong : weak;
  return anchors.length > 0 && anchors.every(found);
}

/** The texts of a report's evidence that what happened in its conversation shows; null for a call that reports nothing. */
export function shownEvidence(
  name: string,
  input: Input,
  messages: ReadonlyArray<Pick<Message, 'content'>>,
): string[] | null {
  if (name !== 'complete_task') return null;
  const { evidence } = CompleteTask.parse(input);
  const trace = traceOf(messages);
  return evidence.flatMap(({ text }) => (isShown(text, trace) ? [text] : []));
}
