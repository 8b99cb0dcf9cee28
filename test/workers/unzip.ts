/**
 * Reads an archive back for the tests, by the specification (PKWARE APPNOTE 6.3.10) and not by the code that wrote it.
 * Strict: no byte that is not accounted for, every check sum right, every name safe to unpack.
 */

export interface Unpacked {
  name: string;
  bytes: Uint8Array;
  modified: string;
}

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

function expectSame(what: string, is: unknown, should: unknown): void {
  if (is !== should) throw new Error(`${what}: ${String(is)} instead of ${String(should)}`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function expectSafe(name: string): void {
  const parts = name.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || /[. ]$/.test(part));
  if (bad || /[\\:*?"<>|\p{C}\p{Zl}\p{Zp}]/u.test(name))
    throw new Error(`A name that is not safe: ${JSON.stringify(name)}`);
}

/** The end records: how many entries, where their list begins, and where it ends. */
function readEnd(view: DataView): { count: number; start: number; end: number } {
  const at = view.byteLength - 22;
  if (at < 0) throw new Error('Too short for an archive');
  expectSame('end of central directory', view.getUint32(at, true), 0x06054b50);
  expectSame('length of the comment', view.getUint16(at + 20, true), 0);
  const count = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 12, true);
  const start = view.getUint32(at + 16, true);
  if (at >= 20 && view.getUint32(at - 20, true) === 0x07064b50) {
    const at64 = Number(view.getBigUint64(at - 12, true));
    expectSame('ZIP64 end record', view.getUint32(at64, true), 0x06064b50);
    expectSame('its length', Number(view.getBigUint64(at64 + 4, true)), 44);
    expectSame('its end', at64 + 56, at - 20);
    const start64 = Number(view.getBigUint64(at64 + 48, true));
    expectSame('end of the list', start64 + Number(view.getBigUint64(at64 + 40, true)), at64);
    return { count: Number(view.getBigUint64(at64 + 32, true)), start: start64, end: at64 };
  }
  // Such a count says "look into ZIP64": there must be one.
  if (count === 0xffff || start === 0xffffffff) throw new Error('The ZIP64 records are missing');
  expectSame('end of the list', start + size, at);
  return { count, start, end: at };
}

/** The entry whose local header stands at `at`, which must be what the list says of it; answers where it ends. */
function readLocal(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  listed: { name: string; size: number; crc: number },
): { content: Uint8Array; end: number } {
  expectSame('local header', view.getUint32(at, true), 0x04034b50);
  expectSame('method', view.getUint16(at + 8, true), 0);
  // Bit 3: sizes follow the data. Bit 11: the name is UTF-8. No other.
  expectSame('flags', view.getUint16(at + 6, true), 0x0808);
  const nameEnd = at + 30 + view.getUint16(at + 26, true);
  expectSame('extra fields', view.getUint16(at + 28, true), 0);
  expectSame('name', utf8.decode(bytes.subarray(at + 30, nameEnd)), listed.name);
  const dataEnd = nameEnd + listed.size;
  const content = bytes.subarray(nameEnd, dataEnd);
  expectSame('data descriptor', view.getUint32(dataEnd, true), 0x08074b50);
  expectSame('check sum behind the data', view.getUint32(dataEnd + 4, true), listed.crc);
  expectSame('size behind the data', view.getUint32(dataEnd + 8, true), listed.size);
  expectSame(`check sum of ${listed.name}`, crc32(content), listed.crc);
  return { content, end: dataEnd + 16 };
}

function modifiedOf(view: DataView, at: number): string {
  const [time, date] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${(date >> 9) + 1980}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day} ${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
}

/** Everything in an archive whose files have less than 4 GiB, in order. Throws when anything about it is not right. */
export function unzip(bytes: Uint8Array): Unpacked[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, end } = readEnd(view);
  const files: Unpacked[] = [];
  const names = new Set<string>();
  let [at, local] = [start, 0];
  while (at < end) {
    expectSame('line of the list', view.getUint32(at, true), 0x02014b50);
    const crc = view.getUint32(at + 16, true);
    const size = view.getUint32(at + 24, true);
    expectSame('packed size', view.getUint32(at + 20, true), size);
    expectSame('place', view.getUint32(at + 42, true), local);
    const nameLength = view.getUint16(at + 28, true);
    const name = utf8.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    expectSafe(name);
    if (names.has(name)) throw new Error(`Twice in the archive: ${name}`);
    names.add(name);
    const read = readLocal(bytes, view, local, { name, size, crc });
    files.push({ name, bytes: read.content, modified: modifiedOf(view, at + 12) });
    local = read.end;
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  expectSame('end of the list', at, end);
  expectSame('end of the last file', local, start);
  expectSame('number of files', files.length, count);
  return files;
}

export const textOf = ({ bytes }: Unpacked): string => utf8.decode(bytes);
