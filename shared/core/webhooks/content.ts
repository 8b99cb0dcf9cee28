/** Deliveries as the model and the page see them: text from outside, cut where it is long, and told where it is gone. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import { instant } from '../schedule/instant.ts';
import { clean, cut } from '../clean.ts';

/** Characters of payload that one run begins with; the rest is read by a tool. */
export const shownChars = 20_000;
/** What stands around each counts too, at least so much: thousands of tiny ones would be longer than a model takes. */
export const aroundChars = 100;
/** What is left of that must be this much, or a delivery is not begun. */
const leastChars = 200;

export interface Arrived {
  id: string;
  receivedAt: number;
  contentType: string | null;
  /** Null when it is no longer kept. */
  body: Uint8Array | null;
  /** Bytes that the body has, or had. */
  size: number;
}

/** A body as text; what is none is told by its size. */
export function textOfBody(body: Uint8Array): string {
  try {
    return clean(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body));
  } catch {
    return `(${body.byteLength} bytes that are no text)`;
  }
}

/** What is told in place of a body that is gone, so that nobody takes it for an empty one. */
export const goneText = (size: number): string => `(what it held, ${size} bytes, is no longer kept)`;

const textOf = ({ body, size }: Arrived): string => (body === null ? goneText(size) : textOfBody(body));

/** Text from outside between marks that say what it is. Nothing inside can end them. */
export function fenced(id: string, receivedAt: string, contentType: string | null, text: string): string {
  const type = (contentType ?? 'unknown').replaceAll(/[^\w/.+;= -]/g, ' ');
  const body = text.replaceAll(/<(\/?)delivery/gi, '< $1delivery');
  return `<delivery id="${id}" received="${receivedAt}" type="${type}">\n${body}\n</delivery>`;
}

const blockOf = (arrived: Arrived, most: number): ContentBlock => {
  const { id, receivedAt, contentType } = arrived;
  const text = textOf(arrived);
  return {
    type: 'delivery',
    deliveryId: id,
    receivedAt: instant(receivedAt),
    contentType,
    text: cut(text, most),
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
    left -= aroundChars + (block.type === 'delivery' ? block.text.length : 0);
    blocks.push(block);
  }
  return blocks;
}

/** Characters of payload that a tool's answer holds; with what is said about them it is not trimmed. */
export const partChars = 25_000;

/** A part of a text that cuts no character in two where it is made of two units, unless nothing else is asked for. */
function partOf(text: string, offset: number, limit: number): string {
  const part = text.slice(offset, offset + limit);
  return part.length > 1 && offset + part.length < text.length ? part.replace(/[\uD800-\uDBFF]$/, '') : part;
}

/** What a tool answers of one delivery: a part of its text, counted in characters, and how much is left. */
export function deliveryPart(arrived: Arrived, { offset = 0, limit = partChars }): string {
  const text = textOf(arrived);
  const part = partOf(text, offset, Math.min(limit, partChars));
  const end = Math.min(offset, text.length) + part.length;
  const left = text.length - end;
  const from =
    offset > 0 || left > 0 ? `[characters ${end - part.length} to ${end} of ${text.length}]\n` : '';
  const rest = left > 0 ? `\n[${left} characters are left: offset ${end} goes on with them]` : '';
  return `${from}${fenced(arrived.id, instant(arrived.receivedAt), arrived.contentType, part)}${rest}`;
}

/** What it answers of several: as many as there is room for, and one at least. `shown`: how many these are. */
export function deliveryLines(arrived: ReadonlyArray<Arrived>): { text: string; shown: number } {
  const parts: string[] = [];
  let left = partChars;
  for (const each of arrived) {
    const part = deliveryPart(each, {});
    if (parts.length > 0 && part.length > left) break;
    left -= part.length;
    parts.push(part);
  }
  return { text: parts.join('\n\n'), shown: parts.length };
}
