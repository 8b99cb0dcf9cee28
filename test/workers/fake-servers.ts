/** MCP servers for tests of what is kept of them: what each lists is set here, and who asked is noted. No network. */
import { vi } from 'vitest';
import { mcpServers } from '#durable-objects/user/mcp-servers.ts';
import type { McpFault, McpFaultCode, McpListing, McpTool } from '#shared/core/tools/mcp.ts';

export const toolNamed = (name: string, more: Partial<McpTool> = {}): McpTool => ({
  name,
  title: null,
  description: `Does ${name}.`,
  inputSchema: { type: 'object', properties: { to: { type: 'string' } } },
  outputSchema: null,
  annotations: {},
  ...more,
});

export const listingOf = (...tools: ReadonlyArray<string | McpTool>): McpListing => ({
  server: { name: 'fake', version: '1.0' },
  protocolVersion: '2026-07-28',
  tools: tools.map((tool) => (typeof tool === 'string' ? toolNamed(tool) : tool)),
  left: [],
});

const fault = (code: McpFaultCode): McpFault => ({
  ok: false,
  code,
  message: 'no',
  mayHaveRun: false,
  retryAfterMs: null,
});

/** Takes the place of the network until `vi.restoreAllMocks()`. */
export class FakeServers {
  /** Who asked which server, with which token. */
  readonly asked: Array<{ url: string; token: string | null }> = [];
  closed = 0;
  readonly #servers = new Map<string, { answer: McpListing | McpFaultCode; token: string | null }>();
  #before: () => Promise<void> = async () => {};

  constructor() {
    vi.spyOn(mcpServers, 'connect').mockImplementation(({ url, token }) => ({
      listChanged: false,
      list: async () => {
        this.asked.push({ url, token });
        await this.#before();
        const server = this.#servers.get(url);
        if (server === undefined) return fault('unreachable');
        if (server.token !== null && server.token !== token) return fault('unauthorized');
        return typeof server.answer === 'string' ? fault(server.answer) : { ok: true, ...server.answer };
      },
      call: () => Promise.resolve(fault('unsupported')),
      close: async () => {
        this.closed += 1;
      },
    }));
  }

  /** What this address answers from now on; with a token only to those who bring it. */
  set(url: string, answer: McpListing | McpFaultCode, token: string | null = null): void {
    this.#servers.set(url, { answer, token });
  }

  /** What happens while the next questions are under way. */
  meanwhile(run: () => Promise<void>): void {
    this.#before = async () => {
      this.#before = async () => {};
      await run();
    };
  }
}
