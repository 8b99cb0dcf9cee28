/** How a user's object reaches MCP servers. One object, so that a test can put servers of its own in its place. */
import { connectMcp } from '#shared/adapters/mcp/session.ts';
import type { Settings } from '#shared/core/settings.ts';
import type { McpSession, McpTarget } from '#shared/core/tools/mcp.ts';

export const mcpServers = {
  /** Opens a session; nothing is sent before it is asked for something. */
  connect: (target: McpTarget, settings: Settings): McpSession => connectMcp(target, { settings }),
};
