/** Connections to remote MCP servers, their tools with what the user lets each do, and standing rules. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';
import { Risk } from './question.ts';
import { ArgumentMatch } from './question-requests.ts';

/** `off`: not offered; `ask`: every call asks; `auto`: runs as far as the policy lets it; `default`: by its risk. */
export const ToolSetting = z.enum(['default', 'off', 'ask', 'auto']);
export type ToolSetting = z.infer<typeof ToolSetting>;

/** What the user saw of a tool when they reviewed it, where its server says something else now. */
export const ToolChange = z.object({
  description: z.nullable(z.object({ before: z.string(), after: z.string() })),
  inputSchema: z.nullable(z.object({ before: z.string(), after: z.string() })),
  other: z.array(z.object({ what: z.string(), before: z.string(), after: z.string() })),
});
export type ToolChange = z.infer<typeof ToolChange>;

/**
 * One tool. `key` names it in settings and rules: the name of a built-in, `<connection id>/<name>` of a server's. `name`
 * is how the model knows it. A tool whose definition changed is off until `review`.
 */
export const Tool = z.object({
  key: z.string(),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  risk: Risk,
  setting: ToolSetting,
  /** What happens to a call without outside content in the turn, all things considered. */
  verdict: z.enum(['allow', 'ask', 'deny']),
  /** `new`: nobody looked at its definition yet; `changed`: it is off until somebody does. */
  review: z.enum(['reviewed', 'new', 'changed', 'gone']),
  change: z.nullable(ToolChange),
  /** SHA-256 of name, description and schemas. */
  hash: z.string(),
  uses: z.number(),
  lastUsedAt: z.nullable(Instant),
});
export type Tool = z.infer<typeof Tool>;

export const ConnectionStatus = z.enum(['connected', 'needs_reconnect', 'unreachable', 'checking']);
export type ConnectionStatus = z.infer<typeof ConnectionStatus>;

/** `vetted`: a server of our catalog, whose claims about its tools were checked. `demo`: a development tool plays it. */
export const Connection = z.object({
  id: Id,
  /** Names its tools to the model: `<slug>__<tool>`. */
  slug: z.string(),
  name: z.string(),
  url: z.string(),
  auth: z.enum(['none', 'bearer']),
  vetted: z.boolean(),
  demo: z.boolean(),
  status: ConnectionStatus,
  /** Why it is not connected: a code of the client. */
  problem: z.nullable(z.string()),
  server: z.nullable(z.object({ name: z.string(), version: z.string(), protocolVersion: z.string() })),
  tools: z.array(Tool),
  /** Tools of the server that are not here, with why. */
  left: z.array(z.object({ reason: z.string(), count: z.number() })),
  createdAt: Instant,
  checkedAt: z.nullable(Instant),
});
export type Connection = z.infer<typeof Connection>;

/** A server that was vetted. `connected` is the user's connection to it. */
export const CatalogEntry = z.object({
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  url: z.string(),
  auth: z.enum(['none', 'bearer']),
  /** Where its token comes from. */
  docs: z.nullable(z.string()),
  demo: z.boolean(),
  connected: z.nullable(Id),
});
export type CatalogEntry = z.infer<typeof CatalogEntry>;

/** "Always, within these bounds". `tainted`: granted for turns with outside content too, with every argument fixed. */
export const StandingRule = z.object({
  id: Id,
  toolKey: z.string(),
  title: z.string(),
  matches: z.array(ArgumentMatch),
  perDay: z.number(),
  until: Instant,
  tainted: z.boolean(),
  usedToday: z.number(),
  uses: z.number(),
  createdAt: Instant,
});
export type StandingRule = z.infer<typeof StandingRule>;

/** One line of the audit of effects: every call that wrote, sent or destroyed, and every one that was asked for. */
export const EffectLine = z.object({
  callId: Id,
  conversationId: Id,
  conversationTitle: z.nullable(z.string()),
  turnId: Id,
  toolKey: z.string(),
  title: z.string(),
  connection: z.nullable(z.string()),
  risk: Risk,
  /** The arguments in one line, at most 300 characters. */
  summary: z.string(),
  /** `person`, `rule`, `setting`, `policy`: who let it run; null while it is not decided. */
  allowedBy: z.nullable(z.enum(['person', 'rule', 'setting', 'policy'])),
  /** The device of the person who decided, the rule's id, or null. */
  decidedBy: z.nullable(z.string()),
  /** `running` until its end is known. */
  outcome: z.enum(['running', 'ok', 'error', 'denied', 'expired', 'stopped', 'unknown']),
  at: Instant,
  endedAt: z.nullable(Instant),
});
export type EffectLine = z.infer<typeof EffectLine>;

/** Something Claude remembers of the user in all conversations. `outside`: it came from outside content. */
export const Memory = z.object({
  id: Id,
  text: z.string(),
  outside: z.boolean(),
  conversationId: z.nullable(Id),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Memory = z.infer<typeof Memory>;
