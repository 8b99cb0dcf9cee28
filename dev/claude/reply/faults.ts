/** What can go wrong with a reply, as data: before it begins, and once it is under way. */
import type { ErrorType } from '../refusal.ts';

/** An error in place of a reply. */
export interface HttpFault {
  readonly status: number;
  readonly type: ErrorType;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type StreamFault =
  /** An SSE `error` event after so many deltas: HTTP said 200 long ago. */
  | {
      readonly kind: 'error_event';
      readonly after: number;
      readonly type: ErrorType;
      readonly message: string;
    }
  /** The body ends after so many bytes: with a broken connection, or as if all were well. */
  | { readonly kind: 'cut'; readonly atByte: number; readonly how: 'reset' | 'end' }
  /** After so many deltas not a byte more, until the client gives up. */
  | { readonly kind: 'silence'; readonly after: number };
