/** Refusals in the words that Resend uses (resend.com/docs/api-reference/errors), and all other answers of the capture. */

const REFUSALS = {
  invalid_idempotency_key: { status: 400, message: 'The key must be between 1-256 chars.' },
  missing_api_key: { status: 401, message: 'Missing API key in the authorization header.' },
  invalid_api_key: { status: 403, message: 'API key is invalid.' },
  not_found: { status: 404, message: 'The requested endpoint does not exist.' },
  method_not_allowed: { status: 405, message: 'Method is not allowed for the requested path.' },
  invalid_idempotent_request: {
    status: 409,
    message: 'Same idempotency key used with a different request payload.',
  },
  concurrent_idempotent_requests: {
    status: 409,
    message: 'Same idempotency key used while original request is still in progress.',
  },
  missing_required_field: {
    status: 422,
    message: 'The request body is missing one or more required fields.',
  },
  validation_error: {
    status: 422,
    message: 'We found an error with one or more fields in the request.',
  },
  rate_limit_exceeded: { status: 429, message: 'Too many requests.' },
  application_error: { status: 500, message: 'An unexpected error occurred.' },
} as const;
export type RefusalName = keyof typeof REFUSALS;

/** On every answer, so that neither a person nor a program can take it for the real service. */
export const CAPTURE_HEADERS: Readonly<Record<string, string>> = {
  'x-stand-in': 'agentic-tasks; not Resend',
  'cache-control': 'no-store',
};

export const isJson = (request: Request): boolean =>
  /^application\/json\b/i.test(request.headers.get('content-type') ?? '');

export const json = (body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json(body, { status, headers: { ...CAPTURE_HEADERS, ...headers } });

/** An error in Resend's shape. `message` where more can be said than what the name says. */
export function refuse(name: RefusalName, message: string = REFUSALS[name].message): Response {
  return refuseWith(REFUSALS[name].status, name, message);
}

/** The error that Resend gives with a status; for failures that were asked for. */
export function refuseByStatus(status: number): Response {
  const names: Readonly<Record<number, RefusalName>> = {
    400: 'validation_error',
    401: 'missing_api_key',
    403: 'invalid_api_key',
    404: 'not_found',
    405: 'method_not_allowed',
    409: 'concurrent_idempotent_requests',
    422: 'validation_error',
    429: 'rate_limit_exceeded',
  };
  const name = names[status] ?? 'application_error';
  return refuseWith(status, name, REFUSALS[name].message);
}

function refuseWith(status: number, name: RefusalName, message: string): Response {
  return json({ statusCode: status, name, message }, status, status === 429 ? { 'retry-after': '1' } : {});
}
