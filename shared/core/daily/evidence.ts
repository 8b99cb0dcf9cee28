/**
 * Whether what a sub-agent names as evidence stands in what happened: in the answers of its tools, or in what a call that
 * went out was made with. Its own words show nothing, nor does what the board answers or what it keeps for itself.
 */
import type { ContentBlock, Message } from '#shared/protocol/conversation.ts';
import { CompleteTask, isBoardTool } from '../tools/builtins/daily-agent.ts';
import { flat } from './text.ts';

type Use = Extract<ContentBlock, { type: 'tool_use' }>;
type Input = Readonly<Record<string, unknown>>;

/** What happened, as texts to look into; `opened`: the arguments of calls that came to something. */
interface Trace {
  said: string[];
  opened: Set<string>;
}

const plain = (text: string): string => flat(text).toLowerCase();

function textsOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Calls that reached somebody else: what they were made with is out there. */
const wentOut = ({ intent }: Use): boolean =>
  intent !== undefined && intent.risk !== 'read' && intent.risk !== 'store';

/** @param messages of the sub-agent's conversation */
function traceOf(messages: ReadonlyArray<Pick<Message, 'content'>>): Trace {
  const trace: Trace = { said: [], opened: new Set() };
  const uses = new Map<string, Use>();
  for (const block of messages.flatMap(({ content }) => content)) {
    if (block.type === 'tool_use') uses.set(block.id, block);
    if (block.type !== 'tool_result' || block.isError || (block.outcome ?? 'ok') !== 'ok') continue;
    const use = uses.get(block.toolUseId);
    if (use === undefined || isBoardTool(use.name)) continue;
    const given = textsOf(use.input).map(plain);
    trace.said.push(plain(block.text), ...(wentOut(use) ? given : []));
    for (const each of given) trace.opened.add(each);
  }
  return trace;
}

const isWordPart = (letter: string | undefined): boolean =>
  letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

/** Whether a text stands there as a word of its own: "m1" is not in "from12". */
function standsIn(text: string, whole: string): boolean {
  for (let at = whole.indexOf(text); at !== -1; at = whole.indexOf(text, at + 1))
    if (!isWordPart(whole[at - 1]) && !isWordPart(whole[at + text.length])) return true;
  return false;
}

/** Addresses of pages and people, and words with digits long enough to be an id: what a sentence of evidence hangs on. */
const anchor =
  /https?:\/\/[^\s"'<>]*[^\s"'<>.,;:!?)\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?=[\p{L}_-]*\d)[\p{L}\p{N}_-]{6,}/giu;

function isShown(text: string, { said, opened }: Trace): boolean {
  const wanted = plain(text);
  const found = (part: string): boolean => said.some((each) => standsIn(part, each));
  const isPage = (part: string): boolean => /^https?:/.test(part) && opened.has(part);
  if (!/[\p{L}\p{N}]/u.test(wanted)) return false;
  if (found(wanted) || isPage(wanted)) return true;
  const anchors = wanted.match(anchor) ?? [];
  return anchors.length > 0 && anchors.every((part) => found(part) || isPage(part));
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
