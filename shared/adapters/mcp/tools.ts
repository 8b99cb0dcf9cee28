/** A server's tools page by page, within what anybody can work with: what is not is left out, and counted. */
import type { Tool } from '@modelcontextprotocol/client';
import type { McpAnnotations, McpListing, McpTool } from '#shared/core/tools/mcp.ts';

const maxTools = 256;
const maxPages = 20;
/** In bytes of JSON: of one definition, and of all of them. */
const maxTool = 64 * 1024;
const maxAll = 1024 * 1024;
const proper = /^[A-Za-z0-9_.-]{1,128}$/;

/** Without what cannot be seen: the model and a person read a description, and both must read the same. */
const visible = (text: string): string =>
  text.replaceAll(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]|(?![\n\t])\p{Cc}/gu, '');

function annotationsOf({ annotations = {} }: Tool): McpAnnotations {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  return {
    ...(readOnlyHint === undefined ? {} : { readOnlyHint }),
    ...(destructiveHint === undefined ? {} : { destructiveHint }),
    ...(idempotentHint === undefined ? {} : { idempotentHint }),
    ...(openWorldHint === undefined ? {} : { openWorldHint }),
  };
}

function toolOf(tool: Tool): McpTool {
  const { name, description = '', inputSchema, outputSchema = null } = tool;
  const title = visible(tool.title ?? tool.annotations?.title ?? '').replaceAll(/\s+/g, ' ');
  return {
    name,
    title: title.trim().slice(0, 100) || null,
    description: visible(description),
    inputSchema,
    outputSchema,
    annotations: annotationsOf(tool),
  };
}

export interface Tools {
  /** As the SDK wants them back with a call. */
  definitions: ReadonlyMap<string, Tool>;
  listing: Pick<McpListing, 'tools' | 'left'>;
}

/**
 * Reads as many pages as anybody wants. What `page` throws is passed on.
 * @param badTools how many items were no tools at all, known when the pages have been read
 */
export async function readTools(
  page: (cursor: string | undefined) => Promise<{ tools: Tool[]; nextCursor?: string | undefined }>,
  badTools: () => number,
): Promise<Tools> {
  const definitions = new Map<string, Tool>();
  const left = { too_many: 0, too_large: 0, bad_tool: 0 };
  let bytes = 0;
  let cursor: string | undefined;
  let pages = 0;
  do {
    const { tools, nextCursor } = await page(cursor);
    pages += 1;
    for (const tool of tools) {
      const size = new TextEncoder().encode(JSON.stringify(tool)).byteLength;
      if (!proper.test(tool.name) || definitions.has(tool.name)) left.bad_tool += 1;
      else if (definitions.size === maxTools) left.too_many += 1;
      else if (size > maxTool || bytes + size > maxAll) left.too_large += 1;
      else {
        bytes += size;
        definitions.set(tool.name, tool);
      }
    }
    // A page that leads to itself has said all it has to say.
    cursor = nextCursor === cursor ? undefined : nextCursor;
  } while (cursor !== undefined && pages < maxPages && left.too_many === 0);
  // How many there are on pages that nobody asks for is unknown: one at least.
  if (cursor !== undefined) left.too_many += 1;
  left.bad_tool += badTools();
  const reasons = ['too_many', 'too_large', 'bad_tool'] as const;
  return {
    definitions,
    listing: {
      tools: [...definitions.values()].map(toolOf),
      left: reasons.flatMap((reason) => (left[reason] > 0 ? [{ reason, count: left[reason] }] : [])),
    },
  };
}
