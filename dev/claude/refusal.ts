/**
 * What the Messages API says when it does not answer: one envelope for every error, as the SDK's
 * `resources/shared.ts` (ErrorResponse) and https://platform.claude.com/docs/en/api/errors have it.
 * Each refusal also names the rule that was broken: in the journal and in the `x-stand-in-rule` header.
 */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'billing_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'api_error'
  | 'overloaded_error';

export interface Refusal {
  readonly status: number;
  readonly type: ErrorType;
  readonly message: string;
  /** The rule's own name, stable, for tests and for the journal. */
  readonly rule: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Carries a refusal out of the depth of a contract check; `readRequest` catches it, nothing else may throw it. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Breaks off a check with 400 `invalid_request_error`, the sentence the API uses, and the name of the rule. */
export function refuse(rule: string, message: string): never {
  throw new Refused({ status: 400, type: 'invalid_request_error', message, rule });
}

/** The body of an error, over HTTP and inside an SSE `error` event alike. */
export function errorBody(type: ErrorType, message: string, requestId: string): object {
  return { type: 'error', error: { type, message }, request_id: requestId };
}
