/**
 * The transcript in the model's own form.
 *
 * The assistant's blocks are replayed exactly as they came (the API binds thinking blocks to their conversation), what
 * was replaced or refused is left out, and every tool call has exactly one result in the message that follows it: the
 * API refuses a request in which one is missing. A call that still waited for a person when the model went on was told
 * so; what became of it comes later, as news. The same log always gives the same bytes, so that request n is a prefix
 * of request n+1 and the prompt cache holds.
 */
import type { LogEntry } from '../conversation/input.ts';
import type { ModelBlock, ModelMessage } from '../turn/ports.ts';
import { MessageList } from './message-list.ts';
import { lastCompaction, standing } from './standing.ts';
import { noteText, userText } from './told.ts';

const isThinking = ({ type }: ModelBlock) => type === 'thinking' || type === 'redacted_thinking';
const isBlank = (block: ModelBlock) => block.type === 'text' && String(block['text']).trim() === '';

/**
 * The blocks of a step as they are replayed. Blank text is refused by the API although it sends some; where it is
 * left out, thinking that stands after it no longer has the history that it is bound to and goes too.
 */
function replayed(blocks: ReadonlyArray<ModelBlock>, bound: boolean): ModelBlock[] {
  const keepThinking = bound && !blocks.some(isBlank);
  return blocks.filter((block) => !isBlank(block) && (keepThinking || !isThinking(block)));
}

/** Calls that wait, or waited, for a person. */
const askedFor = (log: ReadonlyArray<LogEntry>): ReadonlySet<string> =>
  new Set(log.flatMap(({ event }) => (event.type === 'question_asked' ? [event.question.toolUseId] : [])));

/**
 * The log in the order in which the model learned of it. What became of a call while the model spoke it had not seen:
 * put before its words, it would change what their thinking is bound to, and the API refuses the request.
 */
function asLearned(log: ReadonlyArray<LogEntry>): ReadonlyArray<LogEntry> {
  const order: LogEntry[] = [];
  for (const entry of log) {
    const { event } = entry;
    const shownSeq = event.type === 'step_done' ? (event.shownSeq ?? event.seq) : event.seq;
    let at = order.length;
    while (at > 0 && (order[at - 1]?.event.seq ?? 0) > shownSeq) at -= 1;
    order.splice(at, 0, entry);
  }
  return order;
}

/** The transcript as the model's messages, with the thinking that was made under `binding`. */
export function history(log: ReadonlyArray<LogEntry>, binding: string): ModelMessage[] {
  const { asks, tells } = standing(log);
  const compaction = lastCompaction(log);
  const out = new MessageList(askedFor(log));
  if (compaction.summary !== '') {
    out.user([{ type: 'text', text: `[summary of the conversation before this]\n${compaction.summary}` }]);
  }
  const held = new Map<string, ModelBlock[]>();
  let unclaimed: ModelBlock[] = [];
  /** The note as it is, and as the model last saw it: written by itself, or told. */
  let [note, known] = ['', ''];
  for (const { event, raw, binding: madeUnder } of asLearned(log)) {
    const summarised = event.seq <= compaction.throughSeq;
    switch (event.type) {
      case 'message_added':
        // What waits in the queue may be taken in by a turn that comes after the summary.
        if (summarised && !event.queued) break;
        if (event.queued) held.set(event.messageId, userText(event.at, event.content, event.source));
        else unclaimed.push(...userText(event.at, event.content, event.source));
        break;
      case 'message_edited':
        held.set(event.messageId, userText(event.at, event.content));
        break;
      case 'message_dropped':
        held.delete(event.messageId);
        break;
      case 'turn_started': {
        // A turn that goes on with an answer says nothing itself: the results of its calls are still to come.
        if (summarised || event.trigger === 'answer') break;
        const taken = event.messageIds.flatMap((id) => held.get(id) ?? []);
        if (asks(event.turnId)) {
          out.user([...(note === known ? [] : [noteText(note)]), ...unclaimed, ...taken]);
          known = note;
        }
        unclaimed = [];
        break;
      }
      case 'messages_taken': {
        const taken = event.messageIds.flatMap((id) => held.get(id) ?? []);
        if (!summarised && asks(event.turnId) && taken.length > 0) out.user(taken);
        break;
      }
      case 'step_done':
        if (summarised || !tells(event.turnId)) break;
        out.assistant(replayed(raw ?? [], madeUnder === binding));
        break;
      case 'note_changed':
        note = event.text;
        // What it wrote itself it knows, unless that has gone into the summary.
        if (event.by === 'assistant' && !summarised) known = note;
        break;
      case 'tool_ended':
        if (!summarised) out.ended(event, raw);
        break;
      default:
        break;
    }
  }
  return out.end();
}
