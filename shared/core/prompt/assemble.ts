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

/** Turns whose words the model must not see: replaced ones, and refused ones (a refusal kept would refuse again). */
function leftOut(log: ReadonlyArray<LogEntry>) {
  const replaced = new Set<string>();
  const refused = new Set<string>();
  for (const { event } of log) {
    if (event.type === 'turn_started' && event.replaces !== null) replaced.add(event.replaces);
    if (event.type === 'turn_ended' && event.code === 'refusal') refused.add(event.turnId);
  }
  // A refused turn that is being written again: the person wants another try at the same question.
  return { replaced, refused: new Set([...refused].filter((turnId) => !replaced.has(turnId))) };
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
function lastCompaction(log: ReadonlyArray<LogEntry>) {
  const last = log.findLast(({ event }) => event.type === 'context_compacted')?.event;
  return last?.type === 'context_compacted' ? last : { throughSeq: 0, summary: '', seq: 0 };
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
  const { replaced, refused } = leftOut(log);
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
        if (!refused.has(event.turnId)) out.add('user', [...unclaimed, ...taken]);
        unclaimed = [];
        break;
      }
      case 'step_done':
        if (summarised || replaced.has(event.turnId) || refused.has(event.turnId)) break;
        flush();
        out.add(
          'assistant',
          (raw ?? []).filter((block) => madeUnder === binding || !isThinking(block)),
        );
        break;
      case 'tool_ended':
        if (summarised || replaced.has(event.turnId) || refused.has(event.turnId)) break;
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
