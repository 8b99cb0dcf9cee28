/** A server's tool as a turn gets it, and as its owner sees it. */
import type { KitTool } from '#shared/core/tools/kit.ts';
import { changeOf, keyArgumentOf, riskOf, standingVerdict } from '#shared/core/tools/review.ts';
import type { VettedServer } from '#shared/core/tools/servers.ts';
import type { Tool, ToolSetting } from '#shared/protocol/connection.ts';
import type { StoredTool } from './connection-store.ts';

/** How often each tool was used, and when last, by its key. */
export type Uses = ReadonlyMap<string, { uses: number; lastUsedAt: string }>;

function reviewOf({ gone, hash, knownHash, reviewed }: StoredTool): Tool['review'] {
  if (gone) return 'gone';
  if (hash !== knownHash) return 'changed';
  return reviewed ? 'reviewed' : 'new';
}

const titleOf = ({ definition }: StoredTool): string => definition.title ?? definition.name;

export function kitToolOf(tool: StoredTool, vetted: VettedServer | null, setting: ToolSetting): KitTool {
  const { key, definition, hash } = tool;
  const risk = riskOf(definition, vetted);
  return {
    key,
    name: definition.name,
    title: titleOf(tool),
    description: definition.description,
    inputSchema: definition.inputSchema,
    risk,
    setting,
    review: reviewOf(tool),
    hash,
    keyArgument: keyArgumentOf(definition),
    repeatable: risk === 'read' || (vetted !== null && definition.annotations.idempotentHint === true),
  };
}

export function shownTool(
  tool: StoredTool,
  about: { slug: string; vetted: VettedServer | null; setting: ToolSetting; uses: Uses },
): Tool {
  const { key, definition, hash, known } = tool;
  const { slug, vetted, setting, uses } = about;
  const risk = riskOf(definition, vetted);
  const review = reviewOf(tool);
  return {
    key,
    name: `${slug}__${definition.name}`,
    title: titleOf(tool),
    description: definition.description,
    risk,
    setting,
    verdict: standingVerdict(setting, risk, vetted !== null, review),
    review,
    change: review === 'changed' ? changeOf(known, definition) : null,
    hash,
    uses: uses.get(key)?.uses ?? 0,
    lastUsedAt: uses.get(key)?.lastUsedAt ?? null,
  };
}
