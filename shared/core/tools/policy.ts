/**
 * The gate: what becomes of one tool call. Decided by code from what is known of the tool, the user's word, standing
 * rules and what the model has read, never from what the model says. The default is to ask.
 */
import type { AllowedBy } from '#shared/protocol/conversation.ts';
import type { Risk } from '#shared/protocol/question.ts';
import type { CatalogTool } from './catalog.ts';
import type { Kit, KitTool } from './kit.ts';
import { ruleFor } from './rules.ts';

export type Verdict =
  | { type: 'allow'; by: Extract<AllowedBy, { type: 'policy' | 'setting' }> }
  /** Runs if the rule still has a use left, which its owner's object counts. */
  | { type: 'rule'; ruleId: string }
  | { type: 'ask'; reason: AskReason }
  /** `why` is told to the model. */
  | { type: 'deny'; why: string };

export type AskReason = 'writes' | 'tainted' | 'setting' | 'unreviewed' | 'unknown_before' | 'rule_spent';

export interface Judged {
  tool: CatalogTool;
  input: Readonly<Record<string, unknown>>;
  /** What this very call can do. */
  risk: Risk;
  /** It looks, but what it asks for goes to an address that the person did not name. */
  reachesOut: boolean;
  kit: Kit;
  tainted: boolean;
  /** A call of this tool ended with nobody knowing whether it happened, and no person has said yes to one since. */
  unknownBefore: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Built-ins that change only this user's own things here: they ask when outside content may have put them up to it. */
const inner: ReadonlySet<string> = new Set(['archive_conversation', 'cancel_schedule', 'remember']);

const byPolicy: Verdict = { type: 'allow', by: { type: 'policy' } };

/** What the owner says of a server's tool at this moment; null when it is not theirs any more. */
export function kitTool(kit: Kit, tool: CatalogTool): KitTool | null {
  const connection = kit.connections.find(({ id }) => id === tool.from?.connectionId);
  return connection?.tools.find(({ key }) => key === tool.key) ?? null;
}

/** Why a call cannot be made at all; null when it can. */
export function obstacle(kit: Kit, tool: CatalogTool): string | null {
  if (tool.from === null)
    return kit.settings[tool.key] === 'off' ? 'The person has switched this tool off.' : null;
  const connection = kit.connections.find(({ id }) => id === tool.from?.connectionId);
  const known = kitTool(kit, tool);
  if (connection === undefined || known === null || known.review === 'gone')
    return 'This tool is not there any more.';
  if (known.setting === 'off') return 'The person has switched this tool off.';
  if (known.review === 'changed' || known.hash !== tool.hash)
    return 'The definition of this tool has changed; it is off until the person has looked at it.';
  if (!connection.usable)
    return `${connection.name} is not connected (${connection.problem ?? 'unknown'}); the person can reconnect it under Connections.`;
  return null;
}

/** The verdict on one call. */
export function judge(judged: Judged): Verdict {
  const { tool, kit, risk, tainted, input, now } = judged;
  const why = obstacle(kit, tool);
  if (why !== null) return { type: 'deny', why };
  const known = kitTool(kit, tool);
  const setting = (tool.from === null ? kit.settings[tool.key] : known?.setting) ?? 'default';
  if (setting === 'ask') return { type: 'ask', reason: 'setting' };
  if (risk === 'read' && tool.vetted)
    return judged.reachesOut && tainted ? { type: 'ask', reason: 'tainted' } : byPolicy;
  if (risk === 'store' && tool.vetted) return byPolicy;
  if (judged.unknownBefore) return { type: 'ask', reason: 'unknown_before' };
  if (tool.from === null && inner.has(tool.name) && !tainted) return byPolicy;
  const { key: toolKey, keyArgument } = tool;
  const rule = ruleFor(kit.rules, { toolKey, input, keyArgument, tainted }, now);
  if (rule !== null) return { type: 'rule', ruleId: rule.id };
  if (tainted) return { type: 'ask', reason: 'tainted' };
  if (tool.from !== null && known?.review !== 'reviewed') return { type: 'ask', reason: 'unreviewed' };
  if (setting === 'auto') return { type: 'allow', by: { type: 'setting' } };
  return { type: 'ask', reason: 'writes' };
}
