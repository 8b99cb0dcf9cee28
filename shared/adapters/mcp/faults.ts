/** What went wrong in a session, in our words: a code, what the server said in short, whether it may have happened. */
import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import type { SafeFetchCode } from '#shared/adapters/safe-fetch/error.ts';
import type { McpFault, McpFaultCode } from '#shared/core/tools/mcp.ts';
import type { Network } from './transport.ts';

const SAID = 500;
/** JSON-RPC: the request was not carried out (parse error, invalid request, no such method, invalid params). */
const notCarriedOut: ReadonlySet<number> = new Set([-32_700, -32_600, -32_601, -32_602]);

const byNetwork: Readonly<Partial<Record<SafeFetchCode, McpFaultCode>>> = {
  address_refused: 'address_refused',
  redirect_refused: 'address_refused',
  too_large: 'too_large',
  timeout: 'timeout',
  aborted: 'aborted',
};

const fault = (code: McpFaultCode, mayHaveRun: boolean, message = ''): McpFault => ({
  ok: false,
  code,
  message: message.replaceAll(/\s+/g, ' ').trim().slice(0, SAID),
  mayHaveRun,
  retryAfterMs: null,
});

/** @param sent the call itself had been sent: before that nothing can have happened */
export function faultOf(
  error: unknown,
  network: Network,
  { sent, aborted }: { sent: boolean; aborted: boolean },
): McpFault {
  if (error instanceof ProtocolError)
    return fault('refused', sent && !notCarriedOut.has(error.code), error.message);
  const status = network.status();
  if (status === 401 || status === 403) return fault('unauthorized', false);
  if (status === 404) return fault('unreachable', false);
  if (status === 429) return { ...fault('unavailable', false), retryAfterMs: network.retryAfterMs() };
  const failure = network.failure();
  if (failure?.code === 'address_refused') return fault('address_refused', false);
  if (aborted) return fault('aborted', sent);
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) return fault('timeout', sent);
  if (failure !== null) return fault(byNetwork[failure.code] ?? 'unreachable', sent);
  if (status !== null && status >= 500)
    return { ...fault('unavailable', sent), retryAfterMs: network.retryAfterMs() };
  if (error instanceof SdkError && error.code === SdkErrorCode.CapabilityNotSupported)
    return fault('unsupported', sent);
  if (error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed)
    return fault('unreachable', sent);
  return fault('bad_answer', sent);
}
