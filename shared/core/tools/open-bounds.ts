/** Which bounds of a standing rule leave open whom a call reaches: to grant those takes a yes of its own. */
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';

/** What is left open: who gets it, or which machine it goes to. */
export interface OpenBound {
  path: string;
  reach: 'people' | 'hosts';
}

const people =
  /^(?:to|cc|bcc|from|reply_?to|recipients?|e?mails?|e?mail_?address(?:es)?|address(?:es)?|channels?|users?|members?|attendees|invitees|guests|contacts?|phones?|numbers?|chat|room|thread|group|team|iban|account|payee)(?:_?ids?)?$/i;
const hosts =
  /^(?:urls?|uris?|links?|hosts?|hostnames?|domains?|endpoints?|origins?|servers?|webhooks?|webhook_?urls?)$/i;

const isMail = (text: string): boolean => /^[^\s@]+@[^\s@]+$|<[^\s@]+@[^\s@]+>$/.test(text.trim());
const isPage = (text: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(text.trim());

/** What an argument decides about whom a call reaches, by its name or by what stands in it; null when nothing. */
function reachOf(name: string, value: unknown): OpenBound['reach'] | null {
  if (hosts.test(name) || (typeof value === 'string' && isPage(value))) return 'hosts';
  if (people.test(name) || (typeof value === 'string' && isMail(value))) return 'people';
  if (typeof value !== 'object' || value === null) return null;
  const inner = Object.entries(value).map(([key, each]) => reachOf(Array.isArray(value) ? '' : key, each));
  return inner.find((each) => each !== null) ?? null;
}

/** Whether a template leaves open more than what follows a fixed machine. */
function leavesOpen(template: unknown, reach: OpenBound['reach']): boolean {
  if (typeof template !== 'string' || !template.includes('*')) return false;
  return reach === 'people' || !/^[a-z][a-z\d+.-]*:\/\/[^/?#*]+[/?#]/i.test(template.trim());
}

function valueAt(input: Readonly<Record<string, unknown>>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
      input,
    );
}

/** @param input of the call that the rule is granted on */
export function openBounds(
  input: Readonly<Record<string, unknown>>,
  matches: ReadonlyArray<ArgumentMatch>,
): OpenBound[] {
  return matches.flatMap(({ path, how, value }): OpenBound[] => {
    const reach = reachOf(path.split('.').at(-1) ?? path, valueAt(input, path));
    const isOpen = how === 'any' || (how === 'template' && reach !== null && leavesOpen(value, reach));
    return reach !== null && isOpen ? [{ path, reach }] : [];
  });
}
