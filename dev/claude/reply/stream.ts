/**
 * The body of a streamed reply. Nothing is made before the reader asks for it, so a client that goes away ends the
 * generation at once; faults strike and holds wait exactly where they were set.
 */
import { errorBody } from '../refusal.ts';
import type { StreamEvent } from './events.ts';
import type { StreamFault } from './faults.ts';
import { pause, untilAborted, type Pace } from './pace.ts';
import { awkwardChunks, encodeEvent } from './sse.ts';

export type StreamEnd = 'complete' | 'aborted' | 'error_event' | 'cut';

export interface StreamOptions {
  readonly events: Iterable<StreamEvent>;
  readonly pace: Pace;
  readonly fault: StreamFault | undefined;
  readonly requestId: string;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** Called before each delta with the number of deltas sent so far; generation waits for it. */
  readonly beforeDelta: (sent: number) => Promise<void>;
  /** Called once, however it ends. */
  readonly onEnd: (end: StreamEnd, sent: { deltas: number; bytes: number }) => void;
}

/** A `text/event-stream` body. Cancelling it means the client is gone. */
export function replyStream(options: StreamOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  const gone = new AbortController();
  const signal = AbortSignal.any([options.signal, gone.signal]);
  const sent = { deltas: 0, bytes: 0 };
  let ended = false;
  const end = (how: StreamEnd): void => {
    if (ended) return;
    ended = true;
    options.onEnd(how, sent);
  };
  const chunks = generate(options, signal, sent);
  const cut = options.fault?.kind === 'cut' ? options.fault : undefined;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (cut !== undefined && sent.bytes >= cut.atByte) {
          end('cut');
          if (cut.how === 'end') controller.close();
          else controller.error(new TypeError('The connection was reset'));
          return;
        }
        const { value, done } = await chunks.next();
        if (signal.aborted) {
          end('aborted');
          controller.error(new DOMException('The client is gone', 'AbortError'));
          return;
        }
        if (done) {
          end(value);
          controller.close();
          return;
        }
        // Erring a stream throws away what it holds, so the cut itself waits for the next pull.
        const chunk = cut === undefined ? value : value.slice(0, cut.atByte - sent.bytes);
        sent.bytes += chunk.length;
        controller.enqueue(chunk);
      },
      cancel() {
        gone.abort();
        end('aborted');
      },
    },
    { highWaterMark: 0 },
  );
}

async function* generate(
  options: StreamOptions,
  signal: AbortSignal,
  sent: { deltas: number; bytes: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>, StreamEnd, undefined> {
  const { fault, pace } = options;
  for (const event of options.events) {
    const isDelta = event.name === 'content_block_delta';
    if (isDelta) {
      await options.beforeDelta(sent.deltas);
      if (fault?.kind === 'silence' && sent.deltas >= fault.after) await untilAborted(signal);
      if (fault?.kind === 'error_event' && sent.deltas >= fault.after) {
        yield encodeError(fault, options.requestId);
        return 'error_event';
      }
      await pause(sent.deltas === 0 ? pace.firstTokenMs : pace.tokenMs * event.tokens, signal);
    } else if (event.name === 'message_delta') {
      // A reply with fewer deltas than the fault waits for must not escape it.
      await options.beforeDelta(sent.deltas);
      if (fault?.kind === 'silence') await untilAborted(signal);
      if (fault?.kind === 'error_event') {
        yield encodeError(fault, options.requestId);
        return 'error_event';
      }
    }
    if (signal.aborted) return 'aborted';
    if (isDelta) sent.deltas += 1;
    yield* awkwardChunks(encodeEvent(event.name, event.data));
  }
  return 'complete';
}

function encodeError(
  fault: Extract<StreamFault, { kind: 'error_event' }>,
  requestId: string,
): Uint8Array<ArrayBuffer> {
  return encodeEvent('error', { ...errorBody(fault.type, fault.message, requestId) });
}
