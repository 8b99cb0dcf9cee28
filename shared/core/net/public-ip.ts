/**
 * Whether an IP address that a name stands for is one of the public internet. Ranges: IANA's registries of
 * special-purpose addresses (RFC 6890 and its successors). What is not plainly public is not.
 */

const octets = (text: string): number[] | null => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const parts = match?.slice(1).map(Number);
  return parts?.every((part) => part < 256) ? parts : null;
};

/** First address, length of the prefix. */
const SPECIAL_V4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers (CGNAT); clouds keep metadata services there too
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: metadata services
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/3', // multicast, reserved, broadcast
].map((range) => {
  const [base = '', bits = ''] = range.split('/');
  return { base: toNumber(octets(base) ?? []), size: 2 ** (32 - Number(bits)) };
});

function toNumber(parts: ReadonlyArray<number>): number {
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function isPublicV4(parts: ReadonlyArray<number>): boolean {
  const address = toNumber(parts);
  return SPECIAL_V4.every(({ base, size }) => address < base || address >= base + size);
}

/** The eight groups of an IPv6 address in any spelling of RFC 4291 2.2; null when it is none. */
function groupsOf(text: string): number[] | null {
  // The parser of addresses knows all spellings, and writes four decimals at the end as two groups.
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return null;
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [front, back] = [read(head), read(tail ?? '')];
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function isPublicV6(groups: ReadonlyArray<number>): boolean {
  const [a = 0, b = 0] = groups;
  // Only 2000::/3 is given out. That leaves out loopback, mapped and translated IPv4 (::/8, 64:ff9b::/96), discard-only,
  // unique local, link-local and multicast.
  if (a < 0x2000 || a > 0x3fff) return false;
  // 2001::/23 protocols (Teredo carries an IPv4 address), 2001:db8::/32 and 3fff::/20 documentation.
  if (a === 0x2001 && (b < 0x0200 || b === 0x0db8)) return false;
  if (a === 0x3fff && b < 0x1000) return false;
  // 6to4 carries the IPv4 address that it leads to.
  return a !== 0x2002;
}

/** False also for what is no address. */
export function isPublicIp(address: string): boolean {
  const parts = octets(address);
  if (parts) return isPublicV4(parts);
  const groups = groupsOf(address);
  return groups !== null && isPublicV6(groups);
}
