/** Which bounds of a standing rule leave open whom a call reaches: to grant those takes a yes of its own. */
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import { type Reach, reachesOf } from './argument-reach.ts';
import { valueAt } from './argument-path.ts';

/** What is left open: who gets it, which machine it goes to, or something that may decide either. */
export interface OpenBound {
  path: string;
  reach: Reach;
  /** The mail domain that all who can be reached are at; null when nothing keeps it to one. */
  within: string | null;
}

const HOLES = /\*|\{(?:number|date|time|code)\}/;

/** Whether a text leaves open more than what follows a fixed machine. */
function leavesOpen(text: unknown, reach: Reach): boolean {
  if (typeof text !== 'string' || !HOLES.test(text)) return false;
  return reach !== 'hosts' || !/^[a-z][a-z\d+.-]*:\/\/[^/?#*{]+[/?#]/i.test(text.trim());
}

/**
 * `*@example.com` reaches nobody elsewhere, because a `*` holds no `@`. One beside or behind the domain could go on with
 * another address, so only a single one before it counts.
 */
const domainOf = (template: string): string | null =>
  /^[^@*]*\*[^@*\s,;<>]*@([a-z\d-]+(?:\.[a-z\d-]+)+)>?$/i.exec(template.trim())?.[1] ?? null;

/** @param input of the call that the rule is granted on */
export function openBounds(
  input: Readonly<Record<string, unknown>>,
  matches: ReadonlyArray<ArgumentMatch>,
): OpenBound[] {
  return matches.flatMap(({ path, how, value }): OpenBound[] => {
    if (how === 'equals') return [];
    const isOpen = (reach: Reach): boolean => how === 'any' || leavesOpen(value, reach);
    const reach = reachesOf(path, valueAt(input, path)).find(isOpen);
    if (reach === undefined) return [];
    const isMailTemplate = reach === 'people' && how === 'template' && typeof value === 'string';
    return [{ path, reach, within: isMailTemplate ? domainOf(value) : null }];
  });
}
