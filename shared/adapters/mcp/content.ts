/** What came back from a call, in our words. What nobody here knows is named, not hidden. */
import type { McpContent, McpInputRequest } from '#shared/core/tools/mcp.ts';

type Value = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function resourceOf(value: unknown): McpContent {
  const given = isRecord(value) ? value : {};
  const uri = text(given['uri']);
  const mimeType = textOrNull(given['mimeType']);
  if (typeof given['blob'] === 'string') return { type: 'blob', uri, mimeType, data: given['blob'] };
  return { type: 'resource', uri, mimeType, text: text(given['text']) };
}

function partOf(part: Value): McpContent {
  switch (part['type']) {
    case 'text':
      return { type: 'text', text: text(part['text']) };
    case 'image':
    case 'audio':
      return { type: part['type'], data: text(part['data']), mimeType: text(part['mimeType']) };
    case 'resource_link':
      return {
        type: 'link',
        uri: text(part['uri']),
        name: text(part['name']),
        description: textOrNull(part['description']),
        mimeType: textOrNull(part['mimeType']),
      };
    case 'resource':
      return resourceOf(part['resource']);
    default:
      return {
        type: 'text',
        text: `[content of the type "${text(part['type']).slice(0, 50)}", not known here]`,
      };
  }
}

export const readContent = (content: unknown): McpContent[] =>
  Array.isArray(content) ? content.filter(isRecord).map(partOf) : [];

/** A form or an address that a server wants the person to see; null when it asks for anything else. */
export function readInputRequest(key: string, params: unknown): McpInputRequest | null {
  if (!isRecord(params)) return null;
  const mode = params['mode'] === 'url' ? 'url' : 'form';
  const message = text(params['message']).slice(0, 2_000);
  const { requestedSchema } = params;
  if (mode === 'form' && !isRecord(requestedSchema)) return null;
  return {
    key,
    mode,
    message,
    schema: mode === 'form' && isRecord(requestedSchema) ? requestedSchema : null,
    url: mode === 'url' ? text(params['url']).slice(0, 2_000) : null,
  };
}
