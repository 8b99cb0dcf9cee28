/** A server's list of tools, within what anybody can work with: what is not, is counted and left out. */
import type { McpAnnotations, McpListing, McpTool } from '#shared/core/tools/mcp.ts';

const MAX_TOOLS = 256;
const MAX_TOOL = 64_000;
const MAX_ALL = 1_000_000;
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

type Value = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Without what cannot be seen: a description is read by the model and shown to a person, and both must see the same. */
const visible = (value: string): string => value.replaceAll(/[\p{Cf}\p{Co}\p{Cn}]|(?![\n\t])\p{Cc}/gu, '');

const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

function annotationsOf(value: unknown): McpAnnotations {
  const given = isRecord(value) ? value : {};
  return Object.fromEntries(
    hints.flatMap((hint) => (typeof given[hint] === 'boolean' ? [[hint, given[hint]]] : [])),
  );
}

function toolOf(given: unknown): McpTool | null {
  if (!isRecord(given) || !NAME.test(text(given['name']))) return null;
  const { inputSchema, outputSchema, annotations } = given;
  if (!isRecord(inputSchema) || inputSchema['type'] !== 'object') return null;
  const title = text(given['title']) || (isRecord(annotations) ? text(annotations['title']) : '');
  return {
    name: text(given['name']),
    title: title === '' ? null : visible(title).replaceAll(/\s+/g, ' ').slice(0, 100),
    description: visible(text(given['description'])),
    inputSchema,
    outputSchema: isRecord(outputSchema) ? outputSchema : null,
    annotations: annotationsOf(annotations),
  };
}

/** @param more the server had further pages that were not asked for */
export function readTools(given: ReadonlyArray<unknown>): Pick<McpListing, 'tools' | 'left'> {
  const tools: McpTool[] = [];
  const names = new Set<string>();
  const left = { too_many: 0, too_large: 0, bad_tool: 0 };
  let size = 0;
  for (const each of given) {
    const tool = toolOf(each);
    if (tool === null || names.has(tool.name)) {
      left.bad_tool += 1;
      continue;
    }
    const length = JSON.stringify(tool).length;
    if (length > MAX_TOOL || size + length > MAX_ALL) left.too_large += 1;
    else if (tools.length >= MAX_TOOLS) left.too_many += 1;
    else {
      names.add(tool.name);
      size += length;
      tools.push(tool);
    }
  }
  const reasons = ['too_many', 'too_large', 'bad_tool'] as const;
  return {
    tools,
    left: reasons.flatMap((reason) => (left[reason] > 0 ? [{ reason, count: left[reason] }] : [])),
  };
}
