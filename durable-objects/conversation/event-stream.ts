/**
 * One reader of server-sent events (WHATWG HTML 9.2). Each stored event carries its `seq` as id, so that
 * `Last-Event-ID` resumes. Ends after 30 idle seconds: scripts come back, and an idle object may sleep.
 */
import type { Frame } from '#shared/protocol/events.ts';

const idleMs = 30_000;

export class EventStream {
  readonly response: Response;
  readonly #encoder = new TextEncoder();
  readonly #onEnd: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#ended(),
    });
    this.response = new Response(body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
    this.#rest();
  }

  send(frame: Frame): void {
    if (this.#controller === null) return;
    const id = 'event' in frame ? `id: ${frame.event.seq}\n` : '';
    this.#controller.enqueue(this.#encoder.encode(`${id}data: ${JSON.stringify(frame)}\n\n`));
    this.#rest();
  }

  close(): void {
    const controller = this.#controller;
    this.#ended();
    controller?.close();
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), idleMs);
  }

  #ended(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#controller = null;
    this.#onEnd();
  }
}
