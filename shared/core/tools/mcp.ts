/**
 * What the app needs of a remote MCP server, as the core sees it. `shared/adapters/mcp` supplies it, for servers of
 * both protocol eras (with and without sessions); which era a server speaks is negotiated and does not show here.
 */

/** Where a server is and what opens it. Made anew for each turn, never kept or shared. */
export interface McpTarget {
  url: string;
  /** Sent as `Authorization: Bearer`; null for servers that take none. */
  token: string | null;
}

/** Hints of a server about its own tool. Claims of somebody else: they may raise a risk, see `policy.ts`. */
export interface McpAnnotations {
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  idempotentHint?: boolean;
  openWorldHint?: boolean;
}

/** One tool as its server describes it. The schemas are JSON Schema, passed on as they came. */
export interface McpTool {
  name: string;
  title: string | null;
  description: string;
  inputSchema: Readonly<Record<string, unknown>>;
  outputSchema: Readonly<Record<string, unknown>> | null;
  annotations: McpAnnotations;
}

export interface McpListing {
  server: { name: string; version: string };
  /** The negotiated revision, such as `2026-07-28`. */
  protocolVersion: string;
  tools: McpTool[];
  /** Why some of what the server listed is not here: `too_many`, `too_large`, `bad_tool` with how many. */
  left: ReadonlyArray<{ reason: 'too_many' | 'too_large' | 'bad_tool'; count: number }>;
}

/** A piece of a result. `image.data` and `blob.data` are base64. */
export type McpContent =
  | { type: 'text'; text: string }
  | { type: 'image'; data: string; mimeType: string }
  | { type: 'audio'; data: string; mimeType: string }
  | { type: 'link'; uri: string; name: string; description: string | null; mimeType: string | null }
  | { type: 'resource'; uri: string; mimeType: string | null; text: string }
  | { type: 'blob'; uri: string; mimeType: string | null; data: string };

/** What a server wants to know from the person before it goes on (elicitation). */
export interface McpInputRequest {
  /** Names the request within its call; an answer carries it back. */
  key: string;
  mode: 'form' | 'url';
  message: string;
  /** JSON Schema of a flat object; null for `url`. */
  schema: Readonly<Record<string, unknown>> | null;
  /** Where the person is sent, for `url`. */
  url: string | null;
}

export type McpInputAnswer =
  | { action: 'accept'; content: Readonly<Record<string, unknown>> }
  | { action: 'decline' }
  | { action: 'cancel' };

/** How to go on with a call that stopped to ask. */
export interface McpResume {
  /** As `input_required` gave it: opaque, text, to be stored. */
  state: string;
  answers: Readonly<Record<string, McpInputAnswer>>;
}

export type McpFaultCode =
  /** No connection, or an answer that is not HTTP. */
  | 'unreachable'
  /** The address, or one it led to, is none that may be called. */
  | 'address_refused'
  | 'timeout'
  /** The caller gave up. */
  | 'aborted'
  /** 401 or 403: the token is missing, wrong or at its end. */
  | 'unauthorized'
  | 'too_large'
  /** What came is not MCP: bad JSON, a wrong shape, a result that does not fit the tool's own output schema. */
  | 'bad_answer'
  /** A JSON-RPC error of the server, such as an unknown tool or bad arguments. */
  | 'refused'
  /** 429 or 5xx. */
  | 'unavailable'
  /** Asks for something this app does not do (sampling, roots, tasks). */
  | 'unsupported';

export interface McpFault {
  ok: false;
  code: McpFaultCode;
  /** For the model and the page: what the server said, at most 500 characters, never a header or a token. */
  message: string;
  /** Whether the call may have been carried out all the same: false only when it surely was not. */
  mayHaveRun: boolean;
  retryAfterMs: number | null;
}

export type McpOutcome =
  | { ok: true; type: 'done'; isError: boolean; content: McpContent[]; structured: unknown }
  | { ok: true; type: 'input_required'; state: string; requests: McpInputRequest[] }
  | McpFault;

export interface McpProgress {
  progress: number;
  total: number | null;
  message: string | null;
}

export interface McpCall {
  name: string;
  args: Readonly<Record<string, unknown>>;
  /** Milliseconds for the whole call, progress or not. */
  timeoutMs: number;
  signal: AbortSignal;
  onProgress(progress: McpProgress): void;
  resume?: McpResume;
}

/** One connection to one server, for one turn of one user. Nothing of it throws. */
export interface McpSession {
  /** All pages of the list, within the caps. */
  list(signal: AbortSignal): Promise<({ ok: true } & McpListing) | McpFault>;
  call(call: McpCall): Promise<McpOutcome>;
  /** Whether the server said that its list changed since `list` was called last. */
  readonly listChanged: boolean;
  close(): Promise<void>;
}
