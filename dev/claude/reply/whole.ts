/** A reply in one piece: it takes as long as its tokens would, and stream faults mean what they can mean here. */
import type { JsonObject } from '#dev/stand-in/json.ts';
import type { ErrorType } from '../refusal.ts';
import type { StreamFault } from './faults.ts';
import { pause, untilAborted, type Pace } from './pace.ts';

export type WholeReply =
  | { readonly kind: 'answered' }
  | { readonly kind: 'cut'; readonly body: ReadableStream<Uint8Array<ArrayBuffer>> }
  | { readonly kind: 'error'; readonly status: number; readonly type: ErrorType; readonly message: string }
  | { readonly kind: 'aborted' };

/** Waits as long as the reply takes, then says what becomes of it. @param signal aborts when the client is gone. */
export async function wholeReply(
  message: JsonObject,
  tokens: number,
  pace: Pace,
  fault: StreamFault | undefined,
  signal: AbortSignal,
): Promise<WholeReply> {
  if (fault?.kind === 'silence') await untilAborted(signal);
  await pause(pace.firstTokenMs + pace.tokenMs * tokens, signal);
  if (signal.aborted) return { kind: 'aborted' };
  if (fault?.kind === 'error_event') {
    const status = fault.type === 'overloaded_error' ? 529 : 500;
    return { kind: 'error', status, type: fault.type, message: fault.message };
  }
  if (fault?.kind === 'cut') {
    const bytes = new TextEncoder().encode(JSON.stringify(message)).slice(0, fault.atByte);
    return { kind: 'cut', body: cutBody(bytes, fault.how) };
  }
  return { kind: 'answered' };
}

function cutBody(
  bytes: Uint8Array<ArrayBuffer>,
  how: 'reset' | 'end',
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = bytes.length === 0;
  return new ReadableStream({
    pull(controller) {
      if (!sent) controller.enqueue(bytes);
      else if (how === 'end') controller.close();
      else controller.error(new TypeError('The connection was reset'));
      sent = true;
    },
  });
}
