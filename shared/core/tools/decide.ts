/**
 * From the model's calls to what is done about each: run it, refuse it with a reason the model can act on, or ask. Pure:
 * ids, time and hashing are given. A standing rule is only proposed here; its owner's object counts the uses.
 */
import type { CallIntent } from '#shared/protocol/conversation.ts';
import type { Question } from '#shared/protocol/question.ts';
import type { LeftOut } from '#shared/protocol/rehearsal.ts';
import type { PendingCall } from '../conversation/state.ts';
import { instant } from '../schedule/instant.ts';
import type { BuiltinSpec, BuiltinWorld } from './builtin.ts';
import { canonical } from './canonical.ts';
import { type CatalogTool, findTool } from './catalog.ts';
import type { Kit } from './kit.ts';
import { worldOf } from './needed.ts';
import { type AskReason, judge, obstacle } from './policy.ts';
import { approvalOf, askUserQuestion } from './questions.ts';
import type { OutsideSource } from './taint.ts';

type Input = Readonly<Record<string, unknown>>;

export interface Refused {
  toolUseId: string;
  type: 'refuse';
  /** `error`: the model's own mistake; `denied`: it is not allowed. */
  outcome: 'error' | 'denied';
  text: string;
  /** A rehearsal leaves it out: what it would have been. */
  rehearsed?: LeftOut;
}

export interface Run {
  toolUseId: string;
  type: 'run';
  input: Input;
  intent: CallIntent;
  repeatable: boolean;
}

export interface Ask {
  toolUseId: string;
  type: 'ask';
  input: Input;
  callId: string;
  question: Question;
  toolHash: string;
}

export type CallDecision = Refused | Run | Ask;

/** `proposal.rule` is set where a run stands on a rule that has to be counted first; without a use left it asks. */
export interface Proposal {
  decision: CallDecision;
  rule: { id: string; callId: string; otherwise: Ask } | null;
}

/** What a decision needs to know besides the call. */
export interface Deciding {
  catalog: ReadonlyArray<CatalogTool>;
  builtins: ReadonlyArray<BuiltinSpec>;
  kit: Kit;
  outside: ReadonlyArray<OutsideSource>;
  /** Addresses that the person wrote themself. */
  ownUrls: ReadonlySet<string>;
  /** Names of tools with a call of unknown outcome that no person has followed up. */
  unknown: ReadonlySet<string>;
  /** How often each call was made in this turn, by `fingerprint`. */
  repeats: ReadonlyMap<string, number>;
  /** The arguments of the last call of a tool that was proposed and not carried out, by name. */
  previous: ReadonlyMap<string, Input>;
  now: number;
  /** See `BuiltinWorld`. */
  runCost?: BuiltinWorld['runCost'];
  conversation?: BuiltinWorld['conversation'];
  newId(): string;
  /** SHA-256 in hexadecimal. */
  sha256(text: string): string;
}

/** How the result of a call begins that a rehearsal left out. */
export const rehearsalMark = 'Rehearsal: not done.';

/** Characters of the arguments of one call: what is longer belongs into a file. */
const maxInput = 100_000;
/** The same call as often as this in one turn is a loop. */
const maxRepeats = 5;

/** Names a call by what it is, to tell whether it was made before. */
export const fingerprint = (name: string, input: Input): string => `${name} ${canonical(input)}`;

const isRecord = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function riskOf(tool: CatalogTool, input: Input, builtins: ReadonlyArray<BuiltinSpec>) {
  const builtin = tool.from === null ? builtins.find(({ name }) => name === tool.name) : undefined;
  return builtin ? builtin.risk(input) : tool.risk;
}

const builtinOf = (tool: CatalogTool, builtins: ReadonlyArray<BuiltinSpec>): BuiltinSpec | undefined =>
  builtins.find(({ name }) => tool.from === null && name === tool.name);

/** What is wrong with the arguments of a built-in; null when nothing is. */
const checkOf = (tool: CatalogTool, input: Input, builtins: ReadonlyArray<BuiltinSpec>): string | null =>
  builtinOf(tool, builtins)?.check(input) ?? null;

interface Allowed extends Pick<CallIntent, 'callId' | 'risk' | 'allowedBy'> {
  toolUseId: string;
  input: Input;
  tool: CatalogTool;
}

/** A call that is made now. */
const runOf = ({ toolUseId, callId, input, tool, risk, allowedBy }: Allowed, now: number): Run => ({
  toolUseId,
  type: 'run',
  input,
  repeatable: risk === 'read' || tool.repeatable || tool.keyArgument !== null,
  intent: {
    callId,
    toolKey: tool.key,
    title: tool.title,
    from: tool.from,
    risk,
    allowedBy,
    startedAt: instant(now),
  },
});

/** Decides one call of the model that nobody has looked at yet. */
export function propose(call: PendingCall, deciding: Deciding): Proposal {
  const { toolUseId, name } = call;
  const refuse = (text: string, outcome: Refused['outcome'] = 'error'): Proposal => ({
    decision: { toolUseId, type: 'refuse', outcome, text },
    rule: null,
  });
  const tool = findTool(deciding.catalog, name);
  if (tool === null)
    return refuse(`There is no tool named "${name.slice(0, 100)}" in this conversation. Nothing was done.`);
  if (!isRecord(call.input)) return refuse('The arguments must be an object. Nothing was done.');
  if (JSON.stringify(call.input).length > maxInput)
    return refuse(`The arguments are longer than ${maxInput} characters. Nothing was done.`);
  const bad = checkOf(tool, call.input, deciding.builtins);
  if (bad !== null) return refuse(`${bad} Nothing was done.`);
  const notNow = builtinOf(tool, deciding.builtins)?.checkNow?.(call.input, worldOf(deciding)) ?? null;
  if (notNow !== null) return refuse(`${notNow} Nothing was done.`);
  const times = deciding.repeats.get(fingerprint(name, call.input)) ?? 0;
  if (times >= maxRepeats)
    return refuse(
      `This exact call was made ${times} times in this turn. Go on with what you have, or say what is missing.`,
    );
  const risk = riskOf(tool, call.input, deciding.builtins);
  const callId = deciding.newId();
  const input = tool.keyArgument === null ? call.input : { ...call.input, [tool.keyArgument]: callId };
  if (name === 'ask_user' && tool.from === null) {
    const why = obstacle(deciding.kit, tool);
    if (why !== null) return refuse(`Not done: ${why}`, 'denied');
    const question = askUserQuestion(call, deciding);
    return { decision: { toolUseId, type: 'ask', input, callId, question, toolHash: '' }, rule: null };
  }
  const url = input['url'];
  const verdict = judge({
    tool,
    input,
    risk,
    reachesOut: name === 'http_request' && !(typeof url === 'string' && deciding.ownUrls.has(url)),
    kit: deciding.kit,
    tainted: deciding.outside.length > 0,
    unknownBefore: deciding.unknown.has(name),
    now: deciding.now,
  });
  const ask = (reason: AskReason): Ask => ({
    toolUseId,
    type: 'ask',
    input,
    callId,
    question: approvalOf({ call, tool, risk, input, callId, reason }, deciding),
    toolHash: tool.hash,
  });
  const run = (allowedBy: CallIntent['allowedBy']): Run =>
    runOf({ toolUseId, callId, input, tool, risk, allowedBy }, deciding.now);
  switch (verdict.type) {
    case 'deny':
      return refuse(`Not done: ${verdict.why}`, 'denied');
    case 'ask':
      return { decision: ask(verdict.reason), rule: null };
    case 'allow':
      return { decision: run(verdict.by), rule: null };
    case 'rule': {
      const rule = { id: verdict.ruleId, callId, otherwise: ask('rule_spent') };
      return { decision: run({ type: 'rule', ruleId: verdict.ruleId }), rule };
    }
    default:
      return verdict satisfies never;
  }
}

/**
 * Decides a call that a person said yes to: it runs as it was shown, unless what it would run has changed since or was
 * taken away.
 */
export function proposeApproved(call: PendingCall, deciding: Deciding): Refused | Run {
  const { toolUseId, name, input, callId, questionId } = call;
  const tool = findTool(deciding.catalog, name);
  const why =
    tool === null
      ? 'This tool is not there any more.'
      : call.toolHash !== undefined && call.toolHash !== tool.hash
        ? 'The definition of this tool has changed since the person said yes.'
        : (obstacle(deciding.kit, tool) ?? checkOf(tool, input, deciding.builtins));
  if (tool === null || why !== null || callId === undefined || questionId === undefined)
    return {
      toolUseId,
      type: 'refuse',
      outcome: 'denied',
      text: `Not done: ${why ?? 'the approval is incomplete.'}`,
    };
  const risk = riskOf(tool, input, deciding.builtins);
  // The person may have changed the arguments: the key of the call is not theirs to change.
  const own = tool.keyArgument === null ? input : { ...input, [tool.keyArgument]: callId };
  const allowedBy = { type: 'approval' as const, questionId };
  return runOf({ toolUseId, callId, input: own, tool, risk, allowedBy }, deciding.now);
}
