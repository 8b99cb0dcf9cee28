/** The tools of a turn in the API's words: the head of the prompt, so the same tools must give the same bytes. */
import type { ModelBlock } from '../turn/ports.ts';
import { type CatalogTool, maxLoaded } from './catalog.ts';

/** A definition: a tool of ours, or one that the model's own service runs. */
export type ToolDefinition = Readonly<Record<string, unknown>> & { readonly name: string };

/**
 * Tools that run inside the model's service, offered where there is a key. They only look: what they bring is outside
 * content, what they compute stays there. Versions as of `@anthropic-ai/sdk` 1.11.0.
 */
const serverTools: ReadonlyArray<ToolDefinition> = [
  { type: 'code_execution_20260521', name: 'code_execution' },
  { type: 'web_fetch_20260318', name: 'web_fetch', max_uses: 10 },
  { type: 'web_search_20260318', name: 'web_search', max_uses: 10 },
];

export const serverToolNames: ReadonlyArray<string> = serverTools.map(({ name }) => name);

const search: ToolDefinition = { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' };

/** Servers write long descriptions; what is beyond this is cut, with a mark. */
const DESCRIPTION = 4_000;

function describe(tool: CatalogTool): string {
  const said = tool.description.slice(0, DESCRIPTION);
  const cut = tool.description.length > DESCRIPTION ? ' [cut]' : '';
  return tool.from === null ? said : `${tool.title} (${tool.from.name}). ${said}${cut}`;
}

const define = (tool: CatalogTool, deferred: boolean): ToolDefinition => ({
  name: tool.name,
  description: describe(tool),
  input_schema: tool.inputSchema,
  ...(deferred ? { defer_loading: true } : {}),
});

/**
 * @param server names of the service's own tools that are offered
 */
export function definitions(
  catalog: ReadonlyArray<CatalogTool>,
  server: ReadonlyArray<string>,
): ToolDefinition[] {
  const many = catalog.length > maxLoaded;
  return [
    ...(many ? [search] : []),
    ...serverTools.filter(({ name }) => server.includes(name)),
    ...catalog.map((tool) => define(tool, many && tool.from !== null)),
  ];
}

/** Whether a block of a reply is what the service's own tool brought in from outside. */
export const isServerResult = (block: ModelBlock): boolean =>
  block.type === 'web_search_tool_result' || block.type === 'web_fetch_tool_result';
