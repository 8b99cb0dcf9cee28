/**
 * A ZIP archive as a stream, made by client-zip while it is read: of what goes in only the piece at hand is in memory, and
 * of what went in one line of the list at the end. A source that fails fails the stream, so that a download that breaks is
 * seen to be broken and never a shorter archive that looks whole.
 */
import { makeZip } from 'client-zip';

export interface ZipEntry {
  name: string;
  /** Milliseconds since the epoch. */
  at: number;
  content: string | AsyncIterable<string> | ReadableStream<Uint8Array>;
}

/** Pieces of about this many characters are passed on at once. */
const PIECE = 64 * 1024;

/**
 * The same text in pieces of a good size. None is empty: client-zip takes an empty one for the end of the entry.
 */
export async function* inPieces(text: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const part of text) {
    piece += part;
    if (piece.length < PIECE) continue;
    // Not between the halves of one character: each would become a replacement character.
    const held = /[\uD800-\uDBFF]$/.test(piece) ? piece.slice(-1) : '';
    yield piece.slice(0, piece.length - held.length);
    piece = held;
  }
  if (piece !== '') yield piece;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/**
 * The last record of an archive, with the two of ZIP64 before it where the number of entries needs them (APPNOTE 4.3.14
 * to 4.3.16). client-zip writes those only for what is large, and an archive of many small files would lose its list.
 */
export function endOfArchive(end: Uint8Array, entries: number): Uint8Array {
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  if (end.byteLength !== 22 || view.getUint32(0, true) !== END)
    throw new Error('This is no end of an archive');
  const [size, offset] = [view.getUint32(12, true), view.getUint32(16, true)];
  // At MAX_32 client-zip has written the two itself.
  if (entries < MAX_16 || offset === MAX_32) return end;
  const whole = new Uint8Array(56 + 20 + 22);
  const out = new DataView(whole.buffer);
  out.setUint32(0, END_64, true);
  out.setBigUint64(4, 44n, true);
  out.setUint16(12, 45, true);
  out.setUint16(14, 45, true);
  out.setBigUint64(24, BigInt(entries), true);
  out.setBigUint64(32, BigInt(entries), true);
  out.setBigUint64(40, BigInt(size), true);
  out.setBigUint64(48, BigInt(offset), true);
  out.setUint32(56, LOCATOR_64, true);
  out.setBigUint64(64, BigInt(offset) + BigInt(size), true);
  out.setUint32(72, 1, true);
  whole.set(end, 76);
  return whole;
}

/**
 * The archive. Entries are asked for one by one, each when the one before was read to its end.
 * @param broke is told why the archive cannot be finished; whoever reads it sees the stream fail
 */
export function zip(
  entries: AsyncIterable<ZipEntry>,
  broke: (error: unknown) => void = () => {},
): ReadableStream<Uint8Array> {
  let count = 0;
  async function* files() {
    for await (const { name, at, content } of entries) {
      count += 1;
      const isWhole = typeof content === 'string' || content instanceof ReadableStream;
      const input = isWhole ? content : inPieces(content);
      yield { name, lastModified: new Date(at), input };
    }
  }
  const reader = makeZip(files()).getReader();
  // client-zip hands on the last record as a piece of its own: a piece is held back until there is another.
  let held: Uint8Array | undefined;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        held ??= (await reader.read()).value;
        const next = await reader.read();
        if (held) controller.enqueue(next.done ? endOfArchive(held, count) : held);
        held = next.value;
        if (next.done) controller.close();
      } catch (error) {
        broke(error);
        // What the runtime prints of it must not hold what the archive holds, and a message may.
        controller.error(new Error('The archive could not be finished'));
      }
    },
    async cancel(reason) {
      // Nobody reads on. What client-zip throws at its own sources then is no failure.
      await reader.cancel(reason).catch(() => {});
    },
  });
}
