/**
 * What a rehearsal would have done, folded from its log, and for each call that would have asked the tightest standing
 * rule that lets it run: this tool, whom it reaches and everything else as it was, but for the figures in its words. Pure.
 */
import type { Event } from '#shared/protocol/events.ts';
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import type { LeftOut, ProposedRule, RehearsalReport, RehearsedCall } from '#shared/protocol/rehearsal.ts';
import { instant } from '../schedule/instant.ts';
import { canonical } from './canonical.ts';
import { figuresOf } from './figures.ts';
import { isTight, ruleFor } from './rules.ts';
import { setsUpWork } from './sets-up.ts';

/** How long a rule holds that is granted from a rehearsal. */
const ruleMs = 30 * 24 * 60 * 60_000;
/** As the bounds of a rule may have them. */
const maxMatches = 50;
const maxPath = 200;
const maxPerDay = 100;

/** Reasons to ask that a standing rule answers. The others ask whatever rules there are, or want a look first. */
const answered: ReadonlySet<string> = new Set(['writes', 'tainted']);

/** Arguments that are words for people. Everything else says whom, where or how much, and stays as it is. */
const words = /^(?:subject|title|body|text|message|content|summary|description|note|comment|caption)$/i;

function matchOf(toolKey: string, path: string, value: unknown): ArgumentMatch {
  // What a request carries is read by a program, whatever it looks like.
  const isWords = toolKey !== 'http_request' && words.test(path) && typeof value === 'string';
  const template = isWords ? figuresOf(value) : null;
  return template === null ? { path, how: 'equals', value } : { path, how: 'figures', value: template };
}

/** The matches of the tightest rule for a call; null when no rule can be given for it. */
export function matchesFor({ toolKey, from, risk, input, asks, tainted }: LeftOut): ArgumentMatch[] | null {
  if (asks === null || !answered.has(asks) || setsUpWork({ name: toolKey, from })) return null;
  // A look of ours that may carry words out asks before any rule is looked at: one would change nothing.
  if (from === null && risk === 'read') return null;
  // A rule with a path that cannot be stored could not be read again, and no other rule of this user with it.
  if (Object.keys(input).some((name) => name === '' || name.length > maxPath)) return null;
  const exact = Object.entries(input).map(([path, value]): ArgumentMatch => ({ path, how: 'equals', value }));
  const open = Object.entries(input).map(([path, value]) => matchOf(toolKey, path, value));
  // A name with a dot in it is a path into something else: what the rule would not cover is not proposed.
  const covers = (matches: ArgumentMatch[]): boolean => {
    const rule = { id: '', toolKey, matches, until: Number.POSITIVE_INFINITY, tainted, left: 1 };
    return ruleFor([rule], { toolKey, input, keyArgument: null, tainted }, 0) !== null;
  };
  const found = [open, exact].find(covers) ?? null;
  return found !== null && found.length <= maxMatches && isTight(input, found, null) ? found : null;
}

/** A name in the form of an id, from 64 hexadecimal digits: the same rule of the same run has the same one. */
const idFrom = (hash: string): string =>
  [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');

/**
 * @param events those of the run, in order
 * @param run its id, and when it ended in milliseconds
 * @param sha256 in hexadecimal
 */
export function rehearsalReport(
  events: ReadonlyArray<Event>,
  run: { id: string; endedAt: number },
  sha256: (text: string) => string,
): RehearsalReport {
  const calls: RehearsedCall[] = [];
  const rules = new Map<string, ProposedRule>();
  for (const event of events) {
    if (event.type !== 'tool_ended' || event.rehearsed === undefined) continue;
    const { rehearsed, toolUseId, name } = event;
    const { toolKey, title, from, tainted } = rehearsed;
    const matches = matchesFor(rehearsed);
    const ruleId = matches === null ? null : idFrom(sha256(canonical([run.id, toolKey, tainted, matches])));
    calls.push({ ...rehearsed, toolUseId, name, ruleId });
    if (matches === null || ruleId === null) continue;
    const perDay = Math.min(maxPerDay, (rules.get(ruleId)?.bounds.perDay ?? 0) + 1);
    const bounds = { matches, perDay, until: instant(run.endedAt + ruleMs) };
    rules.set(ruleId, { id: ruleId, toolKey, title, from, tainted, bounds });
  }
  return { calls, rules: [...rules.values()] };
}
