/** The content of a result, from the SDK's words to the core's. */
import type { ContentBlock } from '@modelcontextprotocol/client';
import type { McpContent } from '#shared/core/tools/mcp.ts';

export function contentOf(block: ContentBlock): McpContent {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
    case 'audio':
      return { type: block.type, data: block.data, mimeType: block.mimeType };
    case 'resource_link': {
      const { uri, name, description = null, mimeType = null } = block;
      return { type: 'link', uri, name, description, mimeType };
    }
    case 'resource': {
      const { uri, mimeType = null } = block.resource;
      return 'text' in block.resource
        ? { type: 'resource', uri, mimeType, text: block.resource.text }
        : { type: 'blob', uri, mimeType, data: block.resource.blob };
    }
    default:
      return block satisfies never;
  }
}
