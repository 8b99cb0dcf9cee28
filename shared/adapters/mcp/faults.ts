/**
 * What went wrong with a call, as a code that is stable, and whether it may have happened all the same. Of the other side
 * only the message of its own error is passed on: no header, no body, and never the token, should it say that back to us.
 */
import {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { type SafeFetchCode, SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import type { McpFault, McpFaultCode } from '#shared/core/tools/mcp.ts';
import { AsksTooOften, CannotAsk } from './asks.ts';
import type { Track } from './track.ts';

type Judged = Pick<McpFault, 'code' | 'mayHaveRun'>;
const surely = (code: McpFaultCode): Judged => ({ code, mayHaveRun: false });
const perhaps = (code: McpFaultCode): Judged => ({ code, mayHaveRun: true });

const byCut: Readonly<Record<SafeFetchCode, Judged>> = {
  address_refused: surely('address_refused'),
  // Who sends us elsewhere has not done it.
  redirect_refused: surely('address_refused'),
  unreachable: perhaps('unreachable'),
  timeout: perhaps('timeout'),
  aborted: perhaps('aborted'),
  too_large: perhaps('too_large'),
  wrong_type: perhaps('bad_answer'),
  unreadable: perhaps('bad_answer'),
};

/** Statuses are about the exchange: a tool that was called answers 200, also when it fails. */
function byStatus(status: number): Judged | null {
  if (status < 300) return null;
  if (status === 401 || status === 403) return surely('unauthorized');
  if (status === 429) return surely('unavailable');
  if (status === 408 || status >= 500) return perhaps('unavailable');
  // There is no such server here, or it is not one that is spoken to like this.
  return surely([404, 405, 406, 410, 415].includes(status) ? 'bad_answer' : 'refused');
}

/** JSON-RPC errors that come before a tool is called, and the two that ask for a client we are not. */
const byProtocol: Readonly<Record<number, Judged>> = {
  [ProtocolErrorCode.ParseError]: surely('refused'),
  [ProtocolErrorCode.InvalidRequest]: surely('refused'),
  [ProtocolErrorCode.MethodNotFound]: surely('refused'),
  [ProtocolErrorCode.InvalidParams]: surely('refused'),
  // The headers of a request do not fit its body (2026-07-28).
  [-32_020]: surely('refused'),
  [ProtocolErrorCode.MissingRequiredClientCapability]: surely('unsupported'),
  [ProtocolErrorCode.UnsupportedProtocolVersion]: surely('unsupported'),
};

const bySdk: Readonly<Partial<Record<SdkErrorCode, Judged>>> = {
  [SdkErrorCode.ConnectionClosed]: perhaps('unreachable'),
  [SdkErrorCode.NotConnected]: surely('unreachable'),
  [SdkErrorCode.RequestTimeout]: perhaps('timeout'),
};

function judge(thrown: unknown, track: Track): Judged {
  if (thrown instanceof SafeFetchError) return byCut[thrown.code];
  if (track.cut !== null) return byCut[track.cut];
  if (thrown instanceof ProtocolError) return byProtocol[thrown.code] ?? perhaps('refused');
  if (thrown instanceof CannotAsk) return perhaps('unsupported');
  if (thrown instanceof AsksTooOften) return perhaps('refused');
  const judged = thrown instanceof SdkError ? bySdk[thrown.code] : undefined;
  return judged ?? byStatus(track.status ?? 0) ?? perhaps('bad_answer');
}

const Refusal = z.object({ error: z.object({ message: z.string() }) });

/** What the server itself gave as the reason. */
function saidIn(thrown: unknown, track: Track): string {
  if (thrown instanceof ProtocolError) return thrown.message;
  const status = track.status ?? 0;
  if (status < 300) return '';
  const body: unknown = thrown instanceof SdkHttpError ? thrown.data['text'] : null;
  try {
    return z.parse(Refusal, JSON.parse(String(body))).error.message;
  } catch {
    return `HTTP ${status}`;
  }
}

/** A fault that is known already, on its way to whoever waits. */
export class Faulted extends Error {
  override readonly name = 'Faulted';
  readonly fault: McpFault;

  constructor(fault: McpFault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** @param token of the server, so that nothing repeats it */
export function faultOf(thrown: unknown, track: Track, token: string | null): McpFault {
  if (thrown instanceof Faulted) return thrown.fault;
  const { code, mayHaveRun } = judge(thrown, track);
  const said = saidIn(thrown, track);
  const hidden = token === null || token === '' ? said : said.replaceAll(token, '[token]');
  return {
    ok: false,
    code,
    message: hidden
      .replaceAll(/[\s\p{C}]+/gu, ' ')
      .trim()
      .slice(0, 500),
    mayHaveRun: mayHaveRun && track.sent,
    retryAfterMs: code === 'unavailable' ? track.retryAfterMs : null,
  };
}
