/** What the remote methods of a conversation answer with. */
import type { ProblemCode } from '#shared/protocol/problem.ts';

export type Refusal = { ok: false; code: ProblemCode; detail?: string };
export type Reply<Data> = Promise<({ ok: true } & Data) | Refusal>;
export type Paging = { cursor?: string; limit?: number };
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export const missing: Refusal = { ok: false, code: 'not_found' };
export const conflict: Refusal = { ok: false, code: 'id_conflict' };
export const notOurs: Refusal = { ok: false, code: 'bad_request', detail: 'This cursor is none of ours.' };
