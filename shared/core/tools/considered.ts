/** What the log says that bears on the next calls: repeats, unknown outcomes, earlier proposals, the person's addresses. */
import type { LogEntry } from '../conversation/input.ts';
import { type Deciding, fingerprint } from './decide.ts';

type Input = Readonly<Record<string, unknown>>;
type Considered = Pick<Deciding, 'ownUrls' | 'unknown' | 'repeats' | 'previous'>;

const ADDRESS = /https?:\/\/[^\s<>"'`)\]}]+/g;

/** Addresses in a text, also without the full stop or comma that a sentence put after them. */
const addressesIn = (text: string): string[] =>
  (text.match(ADDRESS) ?? []).flatMap((url) => [url, url.replace(/[.,;:!?]+$/, '')]);

/** @param turnId the running turn: repeats are counted in it alone */
export function considered(log: ReadonlyArray<LogEntry>, turnId: string): Considered {
  const ownUrls = new Set<string>();
  const unknown = new Set<string>();
  const repeats = new Map<string, number>();
  const previous = new Map<string, Input>();
  const calls = new Map<string, string>();
  const proposals = new Map<string, Input>();
  for (const { event } of log) {
    switch (event.type) {
      case 'message_added':
      case 'message_edited':
        if (event.type === 'message_added' && event.origin !== 'user') break;
        for (const block of event.content)
          if (block.type === 'text') for (const url of addressesIn(block.text)) ownUrls.add(url);
        break;
      case 'step_done':
        if (event.turnId !== turnId) break;
        for (const block of event.content)
          if (block.type === 'tool_use') calls.set(block.id, fingerprint(block.name, block.input));
        break;
      case 'question_asked': {
        const { approval, toolUseId } = event.question;
        if (approval !== null) proposals.set(toolUseId, approval.input);
        break;
      }
      case 'tool_intended':
        // A person has looked at this tool again: what was unknown before is known to them.
        if (event.intent.allowedBy.type === 'approval') unknown.delete(event.name);
        previous.delete(event.name);
        break;
      case 'tool_ended': {
        const call = calls.get(event.toolUseId);
        if (call !== undefined) repeats.set(call, (repeats.get(call) ?? 0) + 1);
        if (event.outcome === 'unknown') unknown.add(event.name);
        const proposal = proposals.get(event.toolUseId);
        if (proposal !== undefined && event.outcome !== 'ok') previous.set(event.name, proposal);
        break;
      }
      default:
        break;
    }
  }
  return { ownUrls, unknown, repeats, previous };
}
