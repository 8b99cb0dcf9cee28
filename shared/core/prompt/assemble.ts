/**
 * From the event log to a request: the system prompt, then the transcript in the model's own form.
 *
 * The assistant's blocks are replayed exactly as they came (the API binds thinking blocks to their conversation),
 * what was replaced or refused is left out, and every tool call has exactly one result: the API refuses a request
 * in which one is missing. The same log always gives the same bytes, so that request n is a prefix of request n+1
 * and the prompt cache holds.
 */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { LogEntry } from '../conversation/input.ts';
import type { ModelBlock, ModelMessage, ModelRequest } from '../turn/ports.ts';
import { systemPrompt } from './system.ts';

/** The longest reply that is asked for, in tokens: half an hour's reading, and a bound on what one step costs. */
export const maxReplyTokens = 32_000;

/** Whether a model knows adaptive thinking and effort: for those of the 4.5 family both fields are left out. */
export const thinks = (model: string): boolean => !/^claude-(haiku|sonnet|opus)-4-5/.test(model);

const userText = (at: string, content: ReadonlyArray<ContentBlock>): ModelBlock[] => [
  { type: 'text', text: `[sent ${at.slice(0, 16)}Z]` },
  ...content.flatMap((block) => (block.type === 'text' ? [{ type: 'text', text: block.text }] : [])),
];

/**
 * Which turn's reply stands for each question, after all that was written again, and which questions and replies the
 * model must not see: what was replaced, and what was refused (a refusal that is kept would refuse again).
 */
function standing(log: ReadonlyArray<LogEntry>) {
  const replacedBy = new Map<string, string>();
  const spoke = new Set<string>();
  const ended = new Set<string>();
  const refused = new Set<string>();
  for (const { event, raw } of log) {
    if (event.type === 'turn_started' && event.replaces !== null)
      replacedBy.set(event.replaces, event.turnId);
    if (event.type === 'step_done' && raw !== null && raw.length > 0) spoke.add(event.turnId);
    if (event.type !== 'turn_ended') continue;
    ended.add(event.turnId);
    if (event.code === 'refusal') refused.add(event.turnId);
  }
  // A new try that ended without a word did not take the place of what it was to replace.
  const standsFor = (turnId: string): string => {
    const next = replacedBy.get(turnId);
    if (next === undefined || (ended.has(next) && !spoke.has(next))) return turnId;
    return standsFor(next);
  };
  return {
    /** Whether this turn's question is asked. */
    asks: (turnId: string) => !refused.has(standsFor(turnId)),
    /** Whether this turn's reply is told. */
    tells: (turnId: string) => standsFor(turnId) === turnId && !refused.has(turnId),
  };
}

const missingResult = (id: string): ModelBlock => ({
  type: 'tool_result',
  tool_use_id: id,
  is_error: true,
  content: 'No result: the turn ended before this call did. Whether it had an effect is unknown.',
});

class History {
  readonly messages: ModelMessage[] = [];
  #open: string[] = [];

  add(role: ModelMessage['role'], blocks: ModelBlock[]): void {
    if (blocks.length === 0) return;
    if (role === 'user') this.#closeCalls(blocks);
    const last = this.messages.at(-1);
    if (last && last.role === role) last.content.push(...blocks);
    else this.messages.push({ role, content: [...blocks] });
    if (role === 'assistant') {
      for (const block of blocks) if (block.type === 'tool_use') this.#open.push(String(block['id']));
    }
  }

  /** Results come first in the turn that follows the calls; a call without one gets an honest stand-in. */
  #closeCalls(blocks: ModelBlock[]): void {
    if (this.#open.length === 0) return;
    const given = new Set(blocks.map((block) => block['tool_use_id']));
    const missing = this.#open.filter((id) => !given.has(id)).map(missingResult);
    this.#open = [];
    blocks.unshift(...missing);
  }
}

const isThinking = ({ type }: ModelBlock) => type === 'thinking' || type === 'redacted_thinking';

/** The last compaction: up to which event it reaches, its summary, and where in the log it stands. */
export function lastCompaction(log: ReadonlyArray<LogEntry>) {
  const last = log.findLast(({ event }) => event.type === 'context_compacted')?.event;
  return last?.type === 'context_compacted' ? last : { throughSeq: 0, summary: '', seq: 0 };
}

const isBlank = (block: ModelBlock) => block.type === 'text' && String(block['text']).trim() === '';

/**
 * The blocks of a step as they are replayed. Blank text is refused by the API although it sends some; where it is
 * left out, thinking that stands after it no longer has the history that it is bound to and goes too.
 */
function replayed(blocks: ReadonlyArray<ModelBlock>, bound: boolean): ModelBlock[] {
  const keepThinking = bound && !blocks.some(isBlank);
  return blocks.filter((block) => !isBlank(block) && (keepThinking || !isThinking(block)));
}

/** FNV-1a, 32 bits: a name for a text, not a secret and no proof. */
const nameOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

/**
 * The head that thinking is bound to. The API refuses a thinking block whose model, system prompt or earlier history
 * is not the one it was thought under, and a new release of this app may change the system prompt: so each step
 * keeps the name of its head, and thinking is replayed only under the same one. For one head the history always has
 * the same form, so what was made under it stays valid.
 */
const bindingOf = (log: ReadonlyArray<LogEntry>, model: string): string =>
  nameOf(`${model}\n${lastCompaction(log).seq}\n${systemPrompt()}`);

/** The transcript as the model's messages, with the thinking that was made under `binding`. */
export function history(log: ReadonlyArray<LogEntry>, binding: string): ModelMessage[] {
  const { asks, tells } = standing(log);
  const compaction = lastCompaction(log);
  const out = new History();
  if (compaction.summary !== '') {
    out.add('user', [
      { type: 'text', text: `[summary of the conversation before this]\n${compaction.summary}` },
    ]);
  }
  const held = new Map<string, ModelBlock[]>();
  let unclaimed: ModelBlock[] = [];
  let results: ModelBlock[] = [];
  const flush = () => {
    out.add('user', results);
    results = [];
  };
  for (const { event, raw, binding: madeUnder } of log) {
    const summarised = event.seq <= compaction.throughSeq;
    switch (event.type) {
      case 'message_added':
        // What waits in the queue may be taken in by a turn that comes after the summary.
        if (summarised && !event.queued) break;
        if (event.queued) held.set(event.messageId, userText(event.at, event.content));
        else unclaimed.push(...userText(event.at, event.content));
        break;
      case 'message_edited':
        held.set(event.messageId, userText(event.at, event.content));
        break;
      case 'message_dropped':
        held.delete(event.messageId);
        break;
      case 'turn_started': {
        if (summarised) break;
        flush();
        const taken = event.messageIds.flatMap((id) => held.get(id) ?? []);
        if (asks(event.turnId)) out.add('user', [...unclaimed, ...taken]);
        unclaimed = [];
        break;
      }
      case 'step_done':
        if (summarised || !tells(event.turnId)) break;
        flush();
        out.add('assistant', replayed(raw ?? [], madeUnder === binding));
        break;
      case 'tool_ended':
        if (summarised || !tells(event.turnId)) break;
        results.push({
          type: 'tool_result',
          tool_use_id: event.toolUseId,
          is_error: event.isError,
          content: event.text,
        });
        break;
      default:
        break;
    }
  }
  flush();
  return out.messages;
}

/** The request for the next step of a turn. */
export function assemble(log: ReadonlyArray<LogEntry>, model: string): ModelRequest {
  const binding = bindingOf(log, model);
  return {
    model,
    binding,
    maxTokens: maxReplyTokens,
    system: [{ type: 'text', text: systemPrompt(), cache_control: { type: 'ephemeral' } }],
    messages: history(log, binding),
    thinking: thinks(model) ? { type: 'adaptive', display: 'summarized' } : null,
    effort: thinks(model) ? 'medium' : null,
    cacheLast: true,
  };
}
