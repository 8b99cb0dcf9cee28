/** What a tool's definition is, as one text: what is reviewed, approved and compared is its SHA-256. */
import { canonical } from './canonical.ts';
import type { McpTool } from './mcp.ts';

/** Everything that the model or the policy goes by. The title is for people only and may change. */
export const definitionText = ({
  name,
  description,
  inputSchema,
  outputSchema,
  annotations,
}: McpTool): string => canonical({ name, description, inputSchema, outputSchema, annotations });
