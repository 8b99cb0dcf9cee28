/**
 * What a user's conversations can act with, as the user's object tells it: connections with their tools and what the
 * user lets each do. Asked at the start of each turn and again before every decision, so that "off" holds at once.
 */
import type { ToolSetting } from '#shared/protocol/connection.ts';
import type { Risk } from '#shared/protocol/question.ts';
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';

export interface KitTool {
  /** `<connection id>/<name>`. */
  key: string;
  /** As its server names it. */
  name: string;
  title: string;
  description: string;
  inputSchema: Readonly<Record<string, unknown>>;
  /** After the catalog's word (vetted servers) and what its hints raise. */
  risk: Risk;
  setting: ToolSetting;
  review: 'reviewed' | 'new' | 'changed' | 'gone';
  hash: string;
  /** The argument that takes an idempotency key, if its schema has one. */
  keyArgument: string | null;
  /** May be repeated after a crash: it only looks (vetted), or says so of itself and was vetted. */
  repeatable: boolean;
}

export interface KitConnection {
  id: string;
  slug: string;
  name: string;
  url: string;
  /** The token, sealed for `{table: 'connections', row: id, userId, column: 'token'}`. Opened where the call is made. */
  sealed: string | null;
  vetted: boolean;
  /** False while it cannot be used (no token, unreachable): its tools stay known and are refused when called. */
  usable: boolean;
  problem: string | null;
  tools: KitTool[];
}

export interface KitRule {
  id: string;
  toolKey: string;
  matches: ReadonlyArray<ArgumentMatch>;
  /** Milliseconds since the epoch. */
  until: number;
  tainted: boolean;
  /** How often it may still be used today. */
  left: number;
}

export interface Kit {
  timezone: string;
  connections: KitConnection[];
  /** Settings of built-in tools, by name; what is missing is `default`. */
  settings: Readonly<Record<string, ToolSetting>>;
  rules: KitRule[];
}
