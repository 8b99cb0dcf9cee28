/**
 * What a thinking block is bound to: the system prompt, the tools, and every block before it
 * (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking). Cache marks, effort and members that say
 * nothing (`citations: null`, `caller`) may change; thinking blocks themselves are bound by their order alone, so that
 * a leading run of them may be left out.
 */
import type { Block, MessageRequest } from '../contract/request.ts';
import { digest } from '../digest.ts';
import { canonical, isArray, isObject, without } from '#dev/stand-in/json.ts';

export interface Surroundings {
  readonly system: string;
  readonly tools: string;
  readonly before: string;
  readonly previous: string;
}

type Bound = Pick<MessageRequest, 'system' | 'tools' | 'messages'>;

/** Walks over a conversation and knows, at every place, what stands before it. */
export class PrefixWalk {
  readonly #system: string;
  readonly #tools: string;
  #before = digest('');
  #previous = '';

  constructor(request: Bound) {
    this.#system = digest(request.system.map((block) => meaning(block)).join('\n'));
    const tools = request.tools.filter((tool) => !tool.deferred);
    this.#tools = digest(tools.map((tool) => canonical(tool.raw)).join('\n'));
  }

  here(): Surroundings {
    return { system: this.#system, tools: this.#tools, before: this.#before, previous: this.#previous };
  }

  /** Goes past a block that says something. */
  pass(role: string, block: Block): void {
    this.#before = digest(`${this.#before} ${role} ${meaning(block)}`);
  }

  /** Goes past a thinking block, which later ones must follow. */
  passThinking(signature: string): void {
    this.#previous = digest(signature);
  }
}

/** Walks over everything a request holds: the place where the reply begins. */
export function endOf(request: Bound): PrefixWalk {
  const walk = new PrefixWalk(request);
  for (const { role, content } of request.messages) {
    for (const block of content) {
      if (block.type === 'thinking') walk.passThinking(block.signature);
      else walk.pass(role, block);
    }
  }
  return walk;
}

/** A block reduced to what the model reads of it. */
function meaning(block: Block): string {
  switch (block.type) {
    case 'text':
      return canonical(['text', block.text]);
    case 'tool_use':
      return canonical(['tool_use', block.id, block.name, block.input]);
    case 'tool_result':
      return canonical(['tool_result', block.toolUseId, bare(block.raw['content'] ?? ''), block.isError]);
    default:
      return canonical(bare(block.raw));
  }
}

/** Without cache marks at any depth: moving them is no change. */
function bare(value: unknown): unknown {
  if (isArray(value)) return value.map(bare);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(without(value, 'cache_control', 'caller')).map(([key, member]) => [key, bare(member)]),
  );
}
