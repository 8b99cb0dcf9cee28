import { v7 as uuidv7 } from 'uuid';

/** So many new ids (UUIDv7). The random bytes of all are asked for at once: to ask for those of one costs as much. */
export function newIds(count: number): string[] {
  const bytes = crypto.getRandomValues(new Uint8Array(16 * count));
  return Array.from({ length: count }, (_each, at) =>
    uuidv7({ random: bytes.subarray(16 * at, 16 * at + 16) }),
  );
}
