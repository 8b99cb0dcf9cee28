/** A small real PNG, made without a library: a square that fades from a colour to white. */
import { crc32, deflateSync } from 'node:zlib';

const SIDE = 32;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** @param seed decides the colour @returns base64 */
export function png(seed: string): string {
  const hash = crc32(seed);
  const colour = [hash & 0xff, (hash >>> 8) & 0xff, (hash >>> 16) & 0xff];
  const rows = Array.from({ length: SIDE }, (_, y) => {
    const pixel = colour.map((part) => part + Math.round(((255 - part) * y) / SIDE));
    // Each row begins with its filter: none.
    return [0, ...Array.from({ length: SIDE }, () => pixel).flat()];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const image = deflateSync(Buffer.from(rows.flat()));
  const parts = [SIGNATURE, chunk('IHDR', header), chunk('IDAT', image), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat(parts).toString('base64');
}
