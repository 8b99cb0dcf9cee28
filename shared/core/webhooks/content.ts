/** Deliveries as the model and the page see them: text from outside, cut where it is long. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import { instant } from '../schedule/instant.ts';
import { clean } from '../clean.ts';

/** Characters of payload that one run begins with; the rest is read by a tool. */
export const shownChars = 20_000;
/** What is left of that must be this much, or a delivery is not begun. */
const leastChars = 200;

export interface Arrived {
  id: string;
  receivedAt: number;
  contentType: string | null;
  body: Uint8Array;
}

/** A body as text; what is none is told by its size. */
export function textOfBody(body: Uint8Array): string {
  try {
    return clean(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body));
  } catch {
    return `(${body.byteLength} bytes that are no text)`;
  }
}

const blockOf = ({ id, receivedAt, contentType, body }: Arrived, most: number): ContentBlock => {
  const text = textOfBody(body);
  return {
    type: 'delivery',
    deliveryId: id,
    receivedAt: instant(receivedAt),
    contentType,
    text: text.slice(0, most),
    cut: text.length > most,
  };
};

/** The first deliveries of a run, as many as there is room for. The message says how many there are in all. */
export function deliveryBlocks(arrived: ReadonlyArray<Arrived>): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  let left = shownChars;
  for (const each of arrived) {
    if (blocks.length > 0 && left < leastChars) break;
    const block = blockOf(each, left);
    left -= block.type === 'delivery' ? block.text.length : 0;
    blocks.push(block);
  }
  return blocks;
}

/** What a tool answers when the model asks for deliveries. */
export const deliveryLines = (arrived: ReadonlyArray<Arrived>): string =>
  arrived
    .map(
      ({ id, receivedAt, contentType, body }) =>
        `[delivery ${id}, received ${instant(receivedAt)}, ${contentType ?? 'unknown type'}]\n${textOfBody(body)}`,
    )
    .join('\n\n');
