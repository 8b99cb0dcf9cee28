/**
 * Long conversations are compacted: the model is shown a summary of what came before a point, and everything after
 * it as it was. The log keeps all of it; only the prompt gets shorter.
 */
import type { LogEntry } from '../conversation/input.ts';
import type { ModelReply, ModelRequest } from '../turn/ports.ts';
import { thinks } from './assemble.ts';
import { summaryPrompt } from './system.ts';

/** Prompt size, in tokens, beyond which a conversation is compacted after the turn. */
export const compactAt = 120_000;

/** Characters of the newest turns that stay as they are: about 20,000 tokens. */
const keepChars = 80_000;

/** Characters of the part to summarise that are shown: more than any model of today reads at once is cut at its start. */
const showChars = 600_000;

const sizeOf = ({ event, raw }: LogEntry): number =>
  raw === null ? ('content' in event ? JSON.stringify(event.content).length : 0) : JSON.stringify(raw).length;

/**
 * Where to cut: the `seq` of the end of a turn, so that what follows is small enough to stay. The last turn always
 * stays. `null` when there is nothing new to summarise.
 */
export function compactionCut(log: ReadonlyArray<LogEntry>): number | null {
  const before = log.findLast(({ event }) => event.type === 'context_compacted')?.event;
  const already = before?.type === 'context_compacted' ? before.throughSeq : 0;
  const ends = log.filter(({ event }) => event.type === 'turn_ended').map(({ event }) => event.seq);
  const candidates = ends.slice(0, -1).filter((seq) => seq > already);
  const after = (seq: number) =>
    log.filter(({ event }) => event.seq > seq).reduce((sum, entry) => sum + sizeOf(entry), 0);
  return candidates.find((seq) => after(seq) <= keepChars) ?? candidates.at(-1) ?? null;
}

function told({ event }: LogEntry): string {
  switch (event.type) {
    case 'context_compacted':
      return `Summary of what came earlier:\n${event.summary}`;
    case 'message_added':
      return `Person: ${event.content.map((block) => (block.type === 'text' ? block.text : '')).join('')}`;
    case 'step_done':
      return `Claude: ${event.content
        .map((block) =>
          block.type === 'text' ? block.text : block.type === 'tool_use' ? `[called ${block.name}]` : '',
        )
        .join('')}`;
    case 'tool_ended':
      return `Result of ${event.name}: ${event.text.slice(0, 2_000)}`;
    default:
      return '';
  }
}

/** The request for a summary of everything up to `throughSeq`. */
export function compactionRequest(
  log: ReadonlyArray<LogEntry>,
  throughSeq: number,
  model: string,
): ModelRequest {
  const last = log.findLast(({ event }) => event.type === 'context_compacted');
  const since = last?.event.type === 'context_compacted' ? last.event.throughSeq : 0;
  const part = log.filter(
    ({ event }) => event.seq > since && event.seq <= throughSeq && event !== last?.event,
  );
  const lines = [...(last ? [told(last)] : []), ...part.map(told)].filter((line) => line !== '');
  const text = `<conversation>\n${lines.join('\n\n').slice(-showChars)}\n</conversation>`;
  return {
    model,
    binding: '',
    maxTokens: 8_000,
    system: [{ type: 'text', text: summaryPrompt }],
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    thinking: null,
    effort: thinks(model) ? 'medium' : null,
    cacheLast: false,
  };
}

/** The summary in a reply; `null` when it is empty or was cut. */
export function summaryIn(reply: ModelReply): string | null {
  const text = reply.blocks
    .flatMap((block) => (block.type === 'text' ? [String(block['text'])] : []))
    .join('');
  return reply.stopReason === 'end_turn' && text.trim() !== '' ? text.trim() : null;
}
