/** Naming a conversation: what the small model is asked, and what of its answer is taken. */
import type { Transcript } from '../conversation/transcript.ts';
import { textOf } from '../conversation/transcript.ts';
import type { ModelReply, ModelRequest } from '../turn/ports.ts';
import { thinks } from './assemble.ts';
import { titlePrompt } from './system.ts';

const beginning = (text: string) => text.slice(0, 2_000);

/** The request for a title: the first exchange is enough to know what it is about. */
export function titleRequest(transcript: Transcript, model: string): ModelRequest {
  const asked = transcript.messages.find((message) => message.role === 'user');
  const answered = transcript.messages.find((message) => message.role === 'assistant');
  const text = [
    '<conversation>',
    `Person: ${beginning(asked ? textOf(asked.content) : '')}`,
    `Claude: ${beginning(answered ? textOf(answered.content) : '')}`,
    '</conversation>',
  ].join('\n');
  return {
    model,
    binding: '',
    maxTokens: 1_000,
    system: [{ type: 'text', text: titlePrompt }],
    tools: [],
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    thinking: null,
    effort: thinks(model) ? 'low' : null,
    cacheLast: false,
  };
}

/** The title in a reply: its first line without quotes and full stop, at most 80 characters; `null` if there is none. */
export function titleIn(reply: ModelReply): string | null {
  const text = reply.blocks
    .flatMap((block) => (block.type === 'text' ? [String(block['text'])] : []))
    .join('');
  const line = text.trim().split('\n')[0] ?? '';
  const title = line
    .replaceAll(/^["'“”„»«#*\s]+|["'“”„»«*\s.]+$/g, '')
    .slice(0, 80)
    .trim();
  return title === '' || reply.stopReason !== 'end_turn' ? null : title;
}
