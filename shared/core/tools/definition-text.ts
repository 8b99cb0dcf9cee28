/** What a tool's definition is, as one text: what is reviewed, approved and compared is its SHA-256. */
import { canonical } from './canonical.ts';
import type { McpTool } from './mcp.ts';

/** Everything that the model or the policy goes by, and the title: people who say yes go by that. */
export const definitionText = ({
  name,
  title,
  description,
  inputSchema,
  outputSchema,
  annotations,
}: McpTool): string => canonical({ name, title, description, inputSchema, outputSchema, annotations });
