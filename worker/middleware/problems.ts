/**
 * The only place that writes errors out (RFC 9457, application/problem+json). Refusals are values with a code of
 * the one table; faults of neighbours map to a code here; anything else is a bug and says nothing about itself.
 */
import { DatabaseUnavailable } from '#shared/adapters/db/faults.ts';
import { type Problem, type ProblemCode, problems } from '#shared/protocol/problem.ts';

export interface FieldError {
  path: string;
  message: string;
}

/** What a handler returns instead of a reply. `retryAfter` is in seconds. */
export interface Refusal {
  refuse: ProblemCode;
  detail?: string;
  errors?: FieldError[];
  retryAfter?: number;
  headers?: Record<string, string>;
  /** What to send back with the second factor. */
  pending?: string;
}

/** Makes a refusal: `return refuse('not_found')`. */
export const refuse = (code: ProblemCode, more: Omit<Refusal, 'refuse'> = {}): Refusal => ({
  refuse: code,
  ...more,
});

/** The refusal of an object, with what it says beside its code. */
export const refused = ({ code, detail }: { code: ProblemCode; detail?: string }): Refusal =>
  refuse(code, detail === undefined ? {} : { detail });

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refuse' in value;

/** Codes that RFC 6750 section 3 asks to be answered with a challenge. */
const CHALLENGES: Partial<Record<ProblemCode, string>> = {
  unauthenticated: 'Bearer',
  token_expired: 'Bearer error="invalid_token", error_description="expired"',
};

/** Writes a refusal out. */
export function problemResponse(refusal: Refusal, requestId: string): Response {
  const { status, title } = problems[refusal.refuse];
  const body: Problem = {
    type: `urn:agentic-tasks:problem:${refusal.refuse}`,
    title,
    status,
    code: refusal.refuse,
    requestId,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
    ...(refusal.pending === undefined ? {} : { pending: refusal.pending }),
  };
  const headers = new Headers({ 'content-type': 'application/problem+json', ...refusal.headers });
  const challenge = CHALLENGES[refusal.refuse];
  if (challenge) headers.set('www-authenticate', challenge);
  if (refusal.retryAfter !== undefined) headers.set('retry-after', String(refusal.retryAfter));
  return new Response(JSON.stringify(body), { status, headers });
}

/** What an error that was thrown on the way means to the caller. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof DatabaseUnavailable) return refuse('database_unavailable', { retryAfter: 5 });
  if (isBeingReset(error)) return refuse('unavailable', { retryAfter: 1 });
  return refuse('internal');
}

/** A call that met an object while a deploy or a move restarted it: the platform marks it as worth repeating. */
const isBeingReset = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true;
