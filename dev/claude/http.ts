/** Responses: every one says that it comes from a stand-in, and carries the request's id. */
import { errorBody, type ErrorType } from './refusal.ts';

/** On every response, so that neither a person nor a program can take it for the real API. */
export const STAND_IN_HEADERS: Readonly<Record<string, string>> = {
  'x-stand-in': 'agentic-tasks; not Claude',
  'cache-control': 'no-store',
};

export function json(body: object, requestId: string, status = 200): Response {
  return Response.json(body, { status, headers: { ...STAND_IN_HEADERS, 'request-id': requestId } });
}

/** An error in the API's envelope. @param rule the rule of the contract, or the scenario, that is the reason. */
export function errorResponse(
  status: number,
  type: ErrorType,
  message: string,
  requestId: string,
  rule: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(errorBody(type, message, requestId), {
    status,
    headers: { ...STAND_IN_HEADERS, 'request-id': requestId, 'x-stand-in-rule': rule, ...headers },
  });
}
