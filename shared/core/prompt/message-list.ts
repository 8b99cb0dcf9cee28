/** The messages of a request as they grow: roles take turns, and every call has one result in the message that follows it. */
import type { ModelBlock, ModelMessage } from '../turn/ports.ts';
import { type Ended, newsOf } from './told.ts';

/** What a call is told to be while a person has not decided: the model goes on meanwhile. */
const waitingResult =
  "Waiting for the person's decision. Nothing was done yet; what becomes of it will be told here later.";

const lostResult =
  'No result: the turn ended before this call did. Whether it had an effect is unknown: check before doing it again.';

export class MessageList {
  readonly messages: ModelMessage[] = [];
  /** Calls of the last assistant message that have no result yet. */
  #open: string[] = [];
  #results: ModelBlock[] = [];
  #news: ModelBlock[] = [];
  readonly #told = new Set<string>();
  readonly #waits: ReadonlySet<string>;

  constructor(waits: ReadonlySet<string>) {
    this.#waits = waits;
  }

  /** A call ended: its result, or news of it. Of a call that the model does not know nothing is told. */
  ended(event: Ended, raw: ModelBlock[] | null): void {
    const { toolUseId } = event;
    if (!this.#told.has(toolUseId)) return;
    if (!this.#open.includes(toolUseId)) {
      this.#news.push(...newsOf(event, raw));
      return;
    }
    this.#open = this.#open.filter((id) => id !== toolUseId);
    this.#results.push({
      type: 'tool_result',
      tool_use_id: toolUseId,
      is_error: event.isError,
      content: raw ?? event.text,
    });
  }

  user(blocks: ModelBlock[]): void {
    this.#flush();
    this.#add('user', blocks);
  }

  assistant(blocks: ModelBlock[]): void {
    this.#flush();
    this.#add('assistant', blocks);
    for (const block of blocks) {
      if (block.type !== 'tool_use') continue;
      this.#open.push(String(block['id']));
      this.#told.add(String(block['id']));
    }
  }

  end(): ModelMessage[] {
    this.#flush();
    return this.messages;
  }

  /** Results come first in the message that follows the calls; a call without one gets an honest stand-in. */
  #flush(): void {
    const missing = this.#open.map((id) => ({
      type: 'tool_result',
      tool_use_id: id,
      is_error: !this.#waits.has(id),
      content: this.#waits.has(id) ? waitingResult : lostResult,
    }));
    this.#open = [];
    this.#add('user', [...missing, ...this.#results, ...this.#news]);
    this.#results = [];
    this.#news = [];
  }

  /**
   * A paused turn ends with a call that the service has not answered. Handed back as it is, the service goes on with it;
   * once somebody else has spoken it never will, and the API refuses a call without a result.
   */
  #dropPaused(): void {
    const last = this.messages.at(-1);
    if (last?.role !== 'assistant') return;
    const answered = new Set(last.content.map((block) => block['tool_use_id']));
    last.content = last.content.filter(
      (block) => block.type !== 'server_tool_use' || answered.has(block['id']),
    );
    if (last.content.length === 0) this.messages.pop();
  }

  #add(role: ModelMessage['role'], blocks: ModelBlock[]): void {
    if (blocks.length === 0) return;
    if (role === 'user' && blocks[0]?.type !== 'tool_result') this.#dropPaused();
    const last = this.messages.at(-1);
    if (last && last.role === role) last.content.push(...blocks);
    else this.messages.push({ role, content: [...blocks] });
  }
}
