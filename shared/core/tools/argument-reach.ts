/**
 * What an argument decides about whom a call reaches, by its name and by what stands in it. What is not clearly words for
 * people, a time or a plain measure may decide it: tools name their arguments as they like, and nothing is to go out
 * because a name was not in a list.
 */

/** `anything`: nobody can tell from here. */
export type Reach = 'people' | 'hosts' | 'anything';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const who =
  'to|cc|bcc|from|reply|recipients?|receivers?|senders?|e?mails?|inbox|mailbox|address(?:es)?|channels?|users?|usernames?|members?|attendees?|participants?|invitees?|guests?|contacts?|customers?|subscribers?|followers?|audience|persons?|people|assignees?|reviewers?|owners?|collaborators?|mentions?|handles?|logins?|phones?|telephones?|tel|mobiles?|fax|sms|whatsapp|chats?|rooms?|threads?|groups?|teams?|destinations?|targets?|ibans?|bic|wallets?|accounts?|cards?|payees?|beneficiary|beneficiaries';
/** Also where words are run together: `phonenumber`, `toemail`. */
const people = new RegExp(`^(?:${who})+(?:ids?|names?|numbers?)?$`);
const hosts =
  /ur[li]s?$|^(?:links?|hrefs?|hosts?|hostnames?|domains?|endpoints?|origins?|servers?|webhooks?|callbacks?|websites?|sites?|proxy|ips?|gateways?|redirects?)(?:ids?)?$/;
const words = setOf(
  'subject title heading headline body text message messages content contents summary description note notes comment comments caption paragraph reason greeting html markdown',
);
/** What carries words: before one of those, as in `email_body`, they say what is written and not to whom. */
const media = setOf('e mail email reply sms');
const times = setOf(
  'date dates time datetime timestamp timezone day month year hour hours minute minutes duration at start end',
);
const measures = setOf('limit offset size count width height priority language locale color colour');

const isMail = (text: string): boolean => /^[^\s@]+@[^\s@]+$|<[^\s@]+@[^\s@]+>$/.test(text.trim());
const isPage = (text: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(text.trim());

/** Names are read to this length: those before it have been read with what holds them. */
const longest = 500;

/** The words of a path in snake, kebab or camel case, in lower case; the places of lists and counters say nothing. */
const partsOf = (path: string): string[] =>
  path
    .slice(-longest)
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .map((part) => part.replace(/\d+$/, ''))
    .filter((part) => part !== '');

/** By the name alone: null when it is clearly none. The last word says what a thing is, those before it of what. */
function byName(path: string): Reach | null {
  const parts = partsOf(path);
  const head = parts.at(-1) ?? '';
  if (times.has(head)) return null;
  if (words.has(head) && parts.every((part) => media.has(part) || !(people.test(part) || hosts.test(part))))
    return null;
  if (parts.some((part) => hosts.test(part))) return 'hosts';
  if (parts.some((part) => people.test(part)) || /^numbers?$/.test(parts.join(''))) return 'people';
  return measures.has(head) ? null : 'anything';
}

/** What is found inside of an argument. An object may get a member that it does not have now. */
function inside(path: string, value: object): Reach[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown) => reachesOf(path, each));
  return ['anything', ...Object.entries(value).flatMap(([key, each]) => reachesOf(`${path}.${key}`, each))];
}

/** All that an argument may decide, the most telling first; empty when it is clearly nothing. */
export function reachesOf(path: string, value: unknown): Reach[] {
  const name = byName(path);
  const found = new Set<Reach>(name === null ? [] : [name]);
  if (typeof value === 'string' && isPage(value)) found.add('hosts');
  if (typeof value === 'string' && isMail(value)) found.add('people');
  if (typeof value === 'object' && value !== null) for (const each of inside(path, value)) found.add(each);
  return (['hosts', 'people', 'anything'] as const).filter((reach) => found.has(reach));
}
