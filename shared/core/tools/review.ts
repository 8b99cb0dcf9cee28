/** What is thought of a server's tool: its risk, whether its definition is the one that was looked at, what it may do. */
import type { Tool, ToolChange, ToolSetting } from '#shared/protocol/connection.ts';
import type { Risk } from '#shared/protocol/question.ts';
import { canonical } from './canonical.ts';
import type { McpTool } from './mcp.ts';
import type { BuiltinSpec } from './builtin.ts';
import { makeCatalog } from './catalog.ts';
import { judge } from './policy.ts';
import { riskIn, type VettedServer } from './servers.ts';

const SENDS = /send|post|mail|publish|invite|share|notify|reply|comment|message|tweet|upload/i;

/**
 * What a call can do. Of a vetted server the catalog's word counts; of any other everything writes, and its own hints
 * can only make it graver (the specification: hints of servers that are not trusted must not be relied on).
 */
export function riskOf({ name, annotations }: McpTool, vetted: VettedServer | null): Risk {
  if (vetted !== null) return riskIn(vetted, name) ?? 'write';
  if (annotations.destructiveHint === true) return 'destroy';
  return annotations.openWorldHint === true && SENDS.test(name) ? 'send' : 'write';
}

/** The argument that takes an idempotency key, if the schema has one. */
export function keyArgumentOf({ inputSchema }: McpTool): string | null {
  const properties: unknown = inputSchema['properties'];
  if (typeof properties !== 'object' || properties === null) return null;
  const key = Object.entries(properties).find(([name]) => /^idempotency_?key$/i.test(name));
  const member: unknown = key?.[1];
  const isText =
    typeof member === 'object' && member !== null && 'type' in member && member.type === 'string';
  return key !== undefined && isText ? key[0] : null;
}

/** What happens to a call when no outside content is about. */
export function standingVerdict(
  setting: ToolSetting,
  risk: Risk,
  trusted: boolean,
  review: Tool['review'],
): Tool['verdict'] {
  if (setting === 'off' || review === 'changed' || review === 'gone') return 'deny';
  if (setting === 'ask') return 'ask';
  if (setting === 'auto') return review === 'reviewed' ? 'allow' : 'ask';
  return trusted && (risk === 'read' || risk === 'store') ? 'allow' : 'ask';
}

/** The same of a built-in, from the policy itself: some that write ask only where outside content is about. */
export function builtinVerdict(spec: BuiltinSpec, risk: Risk, setting: ToolSetting): Tool['verdict'] {
  const kit = { timezone: 'UTC', connections: [], rules: [] };
  const [tool] = makeCatalog([spec], { ...kit, settings: {} }, []);
  if (tool === undefined) return 'deny';
  const about = { reachesOut: false, tainted: false, unknownBefore: false, now: 0 };
  const settings = { [spec.name]: setting };
  const verdict = judge({ tool, input: {}, risk, kit: { ...kit, settings }, ...about }).type;
  return verdict === 'rule' ? 'ask' : verdict;
}

const pretty = (value: unknown): string => JSON.stringify(JSON.parse(canonical(value)), null, 2);
const pair = (before: string, after: string) => (before === after ? null : { before, after });

/** The difference between what was looked at and what the server says now. */
export function changeOf(before: McpTool, after: McpTool): ToolChange {
  const title = pair(before.title ?? '', after.title ?? '');
  const annotations = pair(pretty(before.annotations), pretty(after.annotations));
  const outputSchema = pair(pretty(before.outputSchema), pretty(after.outputSchema));
  return {
    description: pair(before.description, after.description),
    inputSchema: pair(pretty(before.inputSchema), pretty(after.inputSchema)),
    other: [
      ...(title === null ? [] : [{ what: 'title', ...title }]),
      ...(annotations === null ? [] : [{ what: 'annotations', ...annotations }]),
      ...(outputSchema === null ? [] : [{ what: 'outputSchema', ...outputSchema }]),
    ],
  };
}

/** A name for tools from a name for people: `[a-z0-9_-]`, at most 40, and none of `taken`. */
export function slugOf(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 36);
  const base = plain === '' ? 'server' : plain;
  // 36 and a hyphen leave three digits: nobody has a thousand connections.
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(slug)) return slug;
  }
}
