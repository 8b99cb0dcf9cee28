/**
 * Whether an address that a user or a server named may be called. Decided from its text alone; what its name stands
 * for is looked up by `adapters/safe-fetch`. Rules: OWASP's SSRF prevention, and the names that belong to private networks
 * (RFC 6761, 6762 appendix G, 8375; `.internal` reserved by ICANN in 2024).
 */
import { isLoopback } from '#shared/core/settings/read.ts';

export interface AddressRules {
  /** Where people reach the app (the setting PUBLIC_URL): we do not call ourselves on somebody's word. */
  publicOrigin: string;
  /** For development and tests: hosts on this machine, over http or https, on any port. Nothing else is loosened. */
  allowLocal: boolean;
}

export type AddressVerdict =
  /** `url` is what to call: without a dot at the end of the host and without a fragment. */
  { ok: true; url: URL; local: boolean } | { ok: false; reason: AddressRefusal };

export type AddressRefusal =
  | 'not_a_url'
  | 'not_https'
  | 'userinfo'
  | 'port'
  | 'ip_literal'
  | 'private_name'
  | 'bad_name'
  | 'own_host';

const LONGEST = 2_048;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** Names that mean something inside some network only, as whole names and as endings. */
const PRIVATE = [
  'localhost',
  'local',
  'internal',
  'home.arpa',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'localdomain',
];

const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** The part of the DNS that is ours. On `workers.dev` it is all of the account's: every worker of it is a neighbour. */
function ownDomain(host: string): string {
  return isWithin(host, 'workers.dev') ? host.split('.').slice(-3).join('.') : host;
}

/** The port, also where the address leaves it out. */
const portOf = ({ port, protocol }: URL): string => port || (protocol === 'http:' ? '80' : '443');

/** What is wrong with a host name (lower case, no dot at the end); null when nothing is. */
function faultOf(host: string, own: URL): AddressRefusal | null {
  // The parser has turned every way of writing an IPv4 address (hexadecimal, octal, one number) into four decimals.
  // Classifying ranges is where others went wrong: no literal is taken at all.
  if (host.startsWith('[') || /^(?:\d+\.){3}\d+$/.test(host)) return 'ip_literal';
  if (PRIVATE.some((name) => isWithin(host, name))) return 'private_name';
  const labels = host.split('.');
  if (labels.length < 2) return 'private_name';
  // The last label of a public name is never a number (RFC 3696 section 2).
  if (host.length > 253 || !labels.every((label) => LABEL.test(label)) || !/^[a-z]/.test(labels.at(-1) ?? ''))
    return 'bad_name';
  return isWithin(host, ownDomain(own.hostname)) ? 'own_host' : null;
}

/** Judges an address. Parse it nowhere else: what was judged and what is called must be the same `URL`. */
export function judgeAddress(text: string, rules: AddressRules): AddressVerdict {
  const refuse = (reason: AddressRefusal): AddressVerdict => ({ ok: false, reason });
  if (text.length > LONGEST || !URL.canParse(text)) return refuse('not_a_url');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('not_https');
  if (url.username !== '' || url.password !== '') return refuse('userinfo');
  const own = new URL(rules.publicOrigin);
  // A dot at the end names the same host, past every comparison of names.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  url.hash = '';
  if (rules.allowLocal && isLoopback(url.hostname)) {
    const ourselves = isLoopback(own.hostname) && portOf(url) === portOf(own);
    return ourselves ? refuse('own_host') : { ok: true, url, local: true };
  }
  if (url.protocol !== 'https:') return refuse('not_https');
  const fault = faultOf(url.hostname, own);
  if (fault !== null) return refuse(fault);
  if (url.port !== '') return refuse('port');
  return { ok: true, url, local: false };
}
