/**
 * A fast, synchronous, non-cryptographic digest and a seeded random source, so that every answer of the stand-in
 * follows from the request alone. What must not be forged is signed with HMAC instead (thinking/signature.ts).
 */

/** 16 hexadecimal digits over the UTF-16 units of the text (two 32-bit lanes, cyrb53 construction). */
export function digest(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function seededRandom(seed: string): () => number {
  let state = Number.parseInt(digest(seed).slice(0, 8), 16);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One member of a list, chosen by the seed. */
export function pick<Item>(seed: string, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(seededRandom(seed)() * items.length)] ?? items[0];
}

/** A base62-looking suffix of an id (`msg_01...`), 24 characters, from the seed. */
export function idSuffix(seed: string): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const random = seededRandom(seed);
  return Array.from({ length: 22 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}
