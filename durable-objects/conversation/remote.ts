/** What the remote methods of a conversation answer with. */
import type { ProblemCode } from '#shared/protocol/problem.ts';

/** A refusal is a value: error codes do not survive a call between objects. */
export type Refusal = { ok: false; code: ProblemCode; detail?: string };
export type Answer<Data> = ({ ok: true } & Data) | Refusal;
export type Reply<Data> = Promise<Answer<Data>>;

export type Paging = { cursor?: string; limit?: number };
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export const refused = (code: ProblemCode): Refusal => ({ ok: false, code });
/** Also what everybody hears who is not the owner. */
export const missing: Refusal = refused('not_found');
export const conflict: Refusal = refused('id_conflict');
export const notOurs: Refusal = { ...refused('bad_request'), detail: 'This cursor is none of ours.' };
