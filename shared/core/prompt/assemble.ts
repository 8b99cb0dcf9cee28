/**
 * From the event log to a request: tools, the system prompt, then the transcript. What stands first changes least, so
 * that the prompt cache holds.
 */
import type { LogEntry } from '../conversation/input.ts';
import type { ToolDefinition } from '../tools/definitions.ts';
import type { ModelRequest } from '../turn/ports.ts';
import { history } from './history.ts';
import { lastCompaction } from './standing.ts';
import { type PromptRole, systemPrompt } from './system.ts';

/** The longest reply that is asked for, in tokens: half an hour's reading, and a bound on what one step costs. */
const maxReplyTokens = 32_000;

/** Whether a model knows adaptive thinking and effort: for those of the 4.5 family both fields are left out. */
export const thinks = (model: string): boolean => !/^claude-(haiku|sonnet|opus)-4-5/.test(model);

/** FNV-1a, 32 bits: a name for a text, not a secret and no proof. */
const nameOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

/**
 * The head that thinking is bound to. The API refuses a thinking block whose model, tools, system prompt or earlier
 * history is not the one it was thought under, and a new release of this app may change the system prompt: so each step
 * keeps the name of its head, and thinking is replayed only under the same one. For one head the history always has
 * the same form, so what was made under it stays valid.
 */
const bindingOf = (
  log: ReadonlyArray<LogEntry>,
  model: string,
  tools: ReadonlyArray<ToolDefinition>,
  role: PromptRole,
): string => nameOf(`${model}\n${lastCompaction(log).seq}\n${JSON.stringify(tools)}\n${systemPrompt(role)}`);

/** The request for the next step of a turn. */
export function assemble(
  log: ReadonlyArray<LogEntry>,
  model: string,
  tools: ReadonlyArray<ToolDefinition>,
  role: PromptRole = 'chat',
): ModelRequest {
  const binding = bindingOf(log, model, tools, role);
  return {
    model,
    binding,
    maxTokens: maxReplyTokens,
    tools,
    system: [{ type: 'text', text: systemPrompt(role), cache_control: { type: 'ephemeral' } }],
    messages: history(log, binding),
    thinking: thinks(model) ? { type: 'adaptive', display: 'summarized' } : null,
    effort: thinks(model) ? 'medium' : null,
    cacheLast: true,
  };
}
