/** The caller's address as limits count it: a person, not one of the 2^64 addresses that their line has. */

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The eight groups of an IPv6 address in the forms of RFC 4291 section 2.2, or null. */
function groupsOf(address: string): number[] | null {
  let text = address;
  const [, head, dotted] = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text) ?? [];
  if (head !== undefined && dotted !== undefined) {
    const bytes = dotted.split('.').map(Number);
    if (bytes.some((byte) => byte > 255)) return null;
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    text = `${head}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if ([...left, ...right].some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const zeros = Array.from({ length: missing }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

const v4Of = (groups: ReadonlyArray<number>): string | null => {
  const [high = 0, low = 0] = groups.slice(6);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : null;
};

/**
 * Whom `cf-connecting-ip` counts as: an IPv4 address as it is, an IPv6 address by its /64, which is what a provider gives
 * to one customer. Null when the header is missing or the address is this machine's own: Cloudflare sets the header on
 * every request and takes what a client sends there away, so that only happens on a developer's machine, and there is
 * nobody to be counted. What is no address at all counts as what it is.
 */
export function addressSubject(header: string | null | undefined): string | null {
  const text = (header ?? '').trim().toLowerCase().slice(0, 64);
  if (text === '') return null;
  if (IPV4.test(text)) return text.startsWith('127.') ? null : text;
  const groups = groupsOf(text.replace(/%.*$/, ''));
  if (groups === null) return text;
  const v4 = v4Of(groups);
  if (v4 !== null) return v4.startsWith('127.') ? null : v4;
  const isLoopback = groups.every((group, at) => group === (at === 7 ? 1 : 0));
  if (isLoopback) return null;
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}
