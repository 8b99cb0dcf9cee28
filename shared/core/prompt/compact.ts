/**
 * Long conversations are compacted: the model is shown a summary of what came before a point, and everything after
 * it as it was. The log keeps all of it; only the prompt gets shorter.
 */
import type { LogEntry } from '../conversation/input.ts';
import type { ModelBlock, ModelMessage, ModelReply, ModelRequest } from '../turn/ports.ts';
import { thinks } from './assemble.ts';
import { history } from './history.ts';
import { lastCompaction } from './standing.ts';
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
 * stays, with the turn that it writes again. `null` when there is nothing new to summarise.
 */
export function compactionCut(log: ReadonlyArray<LogEntry>): number | null {
  const already = lastCompaction(log).throughSeq;
  const replaced = new Set(log.map(({ event }) => (event.type === 'turn_started' ? event.replaces : null)));
  let cut: number | null = null;
  let size = 0;
  let turns = 0;
  for (const entry of log.toReversed()) {
    const { event } = entry;
    if (event.seq <= already) break;
    if (event.type === 'turn_ended') {
      turns += 1;
      if (turns > 1 && !replaced.has(event.turnId)) {
        if (cut !== null && size > keepChars) break;
        cut = event.seq;
      }
    }
    size += sizeOf(entry);
  }
  return cut;
}

function resultText({ content }: ModelBlock): string {
  if (!Array.isArray(content)) return String(content);
  return content
    .map((part: ModelBlock) => (part.type === 'text' ? String(part['text']) : `[${part.type}]`))
    .join('\n');
}

function told({ role, content }: ModelMessage): string {
  const words = content.map((block) => {
    if (block.type === 'text') return String(block['text']);
    if (block.type === 'tool_use') return `[called ${String(block['name'])}]`;
    return block.type === 'tool_result' ? `[result: ${resultText(block).slice(0, 2_000)}]` : '';
  });
  return `${role === 'user' ? 'Person' : 'Claude'}: ${words.filter(Boolean).join('\n')}`;
}

/** The request for a summary of everything up to `throughSeq`. */
export function compactionRequest(
  log: ReadonlyArray<LogEntry>,
  throughSeq: number,
  model: string,
): ModelRequest {
  // What the model would see of it: nothing that was dropped, edited, replaced or refused.
  const part = log.filter(({ event }) => event.seq <= throughSeq || event.type === 'context_compacted');
  const lines = history(part, '').map(told);
  const text = `<conversation>\n${lines.join('\n\n').slice(-showChars)}\n</conversation>`;
  return {
    model,
    binding: '',
    maxTokens: 8_000,
    system: [{ type: 'text', text: summaryPrompt }],
    tools: [],
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
