/**
 * A request as the model is shown it: one list of segments in the order tools, system, messages, each with its tokens
 * and its cache mark. The prompt cache compares prefixes of this list.
 */
import { referencesIn } from '../contract/server-tools.ts';
import type { Block, MessageRequest, Ttl } from '../contract/request.ts';
import { isObject } from '#dev/stand-in/json.ts';
import { countTokens } from './tokens.ts';

export interface Segment {
  readonly level: 'tools' | 'system' | 'messages';
  /** Runs of calls and runs of results count as one place when the cache looks back. */
  readonly kind: 'tool_use' | 'tool_result' | 'thinking' | 'plain';
  /** What a change of shows as another prefix: byte for byte, the order of keys included. */
  readonly content: string;
  readonly tokens: number;
  readonly mark: Ttl | undefined;
}

/** Tokens of the instructions that come with tools (346 for Claude 4 models with `auto`, pricing page). */
const TOOL_PREAMBLE_TOKENS = 346;
/** What a message costs beside its content, and what opens the reply; both are estimates. */
const MESSAGE_TOKENS = 3;
const REPLY_TOKENS = 3;
/** A picture of about one megapixel (vision guide: width x height / 750). */
const IMAGE_TOKENS = 1334;
const CHARACTERS_PER_DOCUMENT_TOKEN = 6;

export interface Prompt {
  readonly segments: readonly Segment[];
  /** All input tokens, cached or not. */
  readonly tokens: number;
}

/** Lays a request out. @param thinkingTokens what a thinking block that is sent back costs, hidden text included. */
export function layOut(
  request: Pick<MessageRequest, 'tools' | 'system' | 'messages' | 'automaticMark'>,
  thinkingTokens: (signature: string) => number,
): Prompt {
  const segments: Segment[] = [];
  for (const [index, tool] of request.tools.filter((one) => !one.deferred).entries()) {
    const content = JSON.stringify(tool.raw);
    const tokens = countTokens(content) + (index === 0 ? TOOL_PREAMBLE_TOKENS : 0);
    segments.push({ level: 'tools', kind: 'plain', content, tokens, mark: tool.mark });
  }
  for (const block of request.system) {
    const content = JSON.stringify(block.raw);
    segments.push({
      level: 'system',
      kind: 'plain',
      content,
      tokens: blockTokens(block, thinkingTokens),
      mark: block.mark,
    });
  }
  const definitions = new Map(request.tools.map((tool) => [tool.name, JSON.stringify(tool.raw)]));
  for (const { role, content } of request.messages) {
    for (const [index, block] of content.entries()) {
      // A reference stands for the definition: it is read, and paid, where it stands.
      const expanded = referencesIn(block).map((name) => definitions.get(name) ?? '');
      segments.push({
        level: 'messages',
        kind: block.type === 'text' || block.type === 'other' ? 'plain' : kindOf(block.type),
        content: [role, JSON.stringify(block.raw), ...expanded].join(' '),
        tokens:
          blockTokens(block, thinkingTokens) +
          expanded.reduce((sum, definition) => sum + countTokens(definition), 0) +
          (index === 0 ? MESSAGE_TOKENS : 0),
        mark: block.mark,
      });
    }
  }
  const tokens = segments.reduce((sum, segment) => sum + segment.tokens, REPLY_TOKENS);
  return { segments: markAutomatically(segments, request.automaticMark), tokens };
}

function kindOf(type: 'thinking' | 'redacted_thinking' | 'tool_use' | 'tool_result'): Segment['kind'] {
  return type === 'redacted_thinking' ? 'thinking' : type;
}

/** The top-level `cache_control` marks the last block that can carry a mark; thinking blocks cannot. */
function markAutomatically(segments: readonly Segment[], mark: Ttl | undefined): readonly Segment[] {
  if (mark === undefined) return segments;
  const last = segments.findLastIndex((segment) => segment.kind !== 'thinking');
  return segments.map((segment, index) =>
    index === last ? { ...segment, mark: segment.mark ?? mark } : segment,
  );
}

function blockTokens(block: Block, thinkingTokens: (signature: string) => number): number {
  switch (block.type) {
    case 'text':
      return countTokens(block.text);
    case 'thinking':
      return thinkingTokens(block.signature);
    case 'redacted_thinking':
      return countTokens(block.data);
    case 'tool_use':
      return countTokens(block.name) + countTokens(JSON.stringify(block.input));
    case 'tool_result':
      return countTokens(block.text) + countTokens(block.toolUseId);
    default:
      return otherTokens(block.tag, block.raw['source'], JSON.stringify(block.raw));
  }
}

function otherTokens(tag: string, source: unknown, content: string): number {
  if (tag === 'image') return IMAGE_TOKENS;
  const data = isObject(source) ? source['data'] : undefined;
  if (typeof data === 'string') return Math.ceil(data.length / CHARACTERS_PER_DOCUMENT_TOKEN);
  return countTokens(content);
}
