/** Events as bytes of `text/event-stream`, in chunks whose ends fall where they hurt most. */
import type { JsonObject } from '#dev/stand-in/json.ts';

const encoder = new TextEncoder();

/** One event: its name, its data on one line, an empty line. */
export function encodeEvent(name: string, data: JsonObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
}

/**
 * Splits an event in the middle of its first character of several bytes, where it has one: a reader that decodes each
 * chunk for itself shows replacement characters.
 */
export function awkwardChunks(bytes: Uint8Array<ArrayBuffer>): readonly Uint8Array<ArrayBuffer>[] {
  const lead = bytes.findIndex((byte) => byte >= 0xc0);
  return lead < 0 ? [bytes] : [bytes.slice(0, lead + 1), bytes.slice(lead + 1)];
}
