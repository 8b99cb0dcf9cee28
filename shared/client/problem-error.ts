/** The one error the API client throws, so that a caller can decide by `code` and never by a sentence. */
import type { Problem, ProblemCode } from '#shared/protocol/problem.ts';

/**
 * Codes that no server wrote: `offline` means that no answer came at all (nobody knows whether the request
 * arrived), `bad_reply` that an answer came which is not of this API (a proxy's page, another version).
 */
export type ClientCode = ProblemCode | 'offline' | 'bad_reply';

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** A `ClientCode`, or a code that a newer server knows. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** What to name when asking for help; null when no answer came. */
  readonly requestId: string | null;
  /** Fields at fault, when the body or the query was. */
  readonly errors: NonNullable<Problem['errors']>;
  /** What `second_factor_required` gave to be sent back with the second factor, or null. */
  readonly pending: string | null;
  /** Seconds the server asks to wait (`Retry-After`), or null. */
  readonly retryAfter: number | null;

  constructor(
    problem: Pick<Problem, 'code' | 'status' | 'title'> & Partial<Problem>,
    more: { retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(problem.detail ?? problem.title, { cause: more.cause });
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.requestId ?? null;
    this.errors = problem.errors ?? [];
    this.pending = problem.pending ?? null;
    this.retryAfter = more.retryAfter ?? null;
  }
}

/** The code of a `ProblemError`, or null for anything else. */
export const codeOf = (error: unknown): string | null => (error instanceof ProblemError ? error.code : null);
