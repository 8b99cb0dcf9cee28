/**
 * Who is watching, and what is being written right now. Stored events go out as they are committed; text in
 * between is transient: it lives in memory, goes out in frames of 20 ms, and a joiner gets all of it in one piece.
 */
import type { Delta, Event, Frame, Progress } from '#shared/protocol/events.ts';
import type { DeltaKind } from '#shared/core/turn/ports.ts';
import { EventStream } from './event-stream.ts';

/** Text that comes within this time goes out as one frame. The first piece of an attempt goes out at once. */
const frameMs = 20;

/** Sockets, and streams, of one conversation; one more closes the oldest. */
const MAX_WATCHERS = 64;

interface Writing {
  seq: number;
  attempt: number;
  text: string;
  thinking: string;
  /** What of each was already sent. */
  sent: Record<DeltaKind, number>;
}

export class Live {
  readonly #ctx: DurableObjectState;
  /** Readers of server-sent events, with the session or key that each belongs to. */
  readonly #streams = new Map<EventStream, string>();
  #writing: Writing | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** An attempt begins to write after event `seq`. */
  begin(seq: number, attempt: number): void {
    this.end();
    this.#writing = { seq, attempt, text: '', thinking: '', sent: { text: 0, thinking: 0 } };
  }

  /** Text came. No row is written. */
  write(kind: DeltaKind, text: string): void {
    const writing = this.#writing;
    if (writing === null || text === '') return;
    const first = writing.text === '' && writing.thinking === '';
    writing[kind] += text;
    if (first) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), frameMs);
  }

  /** A running call told how far it is. */
  progress(progress: Progress): void {
    this.#send({ progress });
  }

  /** The text of the attempt so far. */
  text(): string {
    return this.#writing?.text ?? '';
  }

  /** The attempt is over: what it wrote is in the log now, or discarded. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = null;
  }

  /** Sends committed events to everybody. Text that is still due goes first, so that nothing overtakes it. */
  publish(events: ReadonlyArray<Event>): void {
    this.#flush();
    for (const event of events) this.#send({ event });
  }

  /** Takes a WebSocket of a session or key: the events after `after`, the text so far, then news. */
  accept(socket: WebSocket, credentialId: string, backlog: ReadonlyArray<Event>, lastSeq: number): void {
    const greeting = this.#greeting(backlog, lastSeq);
    const open = this.#ctx.getWebSockets();
    for (const oldest of open.slice(0, Math.max(0, open.length + 1 - MAX_WATCHERS)))
      oldest.close(4008, 'too many pages');
    // Answered by the platform, so that a page that asks whether the line is up does not wake the object.
    this.#ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#ctx.acceptWebSocket(socket, [credentialId]);
    for (const frame of greeting) socket.send(JSON.stringify(frame));
  }

  /** The same as server-sent events. `onEnd` is called when the reader left. */
  stream(credentialId: string, backlog: ReadonlyArray<Event>, lastSeq: number, onEnd: () => void): Response {
    const greeting = this.#greeting(backlog, lastSeq);
    const stream = new EventStream(() => {
      if (this.#streams.delete(stream)) onEnd();
    });
    for (const oldest of [...this.#streams.keys()].slice(
      0,
      Math.max(0, this.#streams.size + 1 - MAX_WATCHERS),
    ))
      oldest.close();
    this.#streams.set(stream, credentialId);
    for (const frame of greeting) stream.send(frame);
    return stream.response;
  }

  /** Whether a session or key is still watching; `leaving` is a socket that is closing right now. */
  isWatching(credentialId: string, leaving?: WebSocket): boolean {
    const sockets = this.#ctx.getWebSockets(credentialId);
    return (
      sockets.some((socket) => socket !== leaving && socket.readyState === WebSocket.OPEN) ||
      [...this.#streams.values()].includes(credentialId)
    );
  }

  /** Hangs up on a session or key that has ended. */
  hangUp(credentialId: string): void {
    for (const [stream, owner] of this.#streams) if (owner === credentialId) stream.close();
    for (const socket of this.#ctx.getWebSockets(credentialId)) socket.close(4001, 'session ended');
  }

  /** Tells everybody that the conversation is gone, and hangs up. */
  close(): void {
    this.end();
    this.#send({ deleted: true });
    for (const stream of this.#streams.keys()) stream.close();
    for (const socket of this.#ctx.getWebSockets()) socket.close(4404, 'deleted');
  }

  /** Made before the joiner is taken in: what is still due goes to the others, who have what came before it. */
  #greeting(backlog: ReadonlyArray<Event>, lastSeq: number): Frame[] {
    this.#flush();
    return [
      ...backlog.map((event) => ({ event })),
      ...this.#soFar().map((delta) => ({ delta })),
      { live: { lastSeq } },
    ];
  }

  #soFar(): Delta[] {
    const writing = this.#writing;
    if (writing === null) return [];
    const { seq, attempt } = writing;
    const kinds: DeltaKind[] = ['thinking', 'text'];
    return kinds
      .filter((kind) => writing[kind] !== '')
      .map((kind) => ({ seq, attempt, offset: 0, text: writing[kind], kind }));
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const writing = this.#writing;
    if (writing === null) return;
    for (const kind of ['thinking', 'text'] as const) {
      const offset = writing.sent[kind];
      if (writing[kind].length === offset) continue;
      const { seq, attempt } = writing;
      this.#send({ delta: { seq, attempt, offset, text: writing[kind].slice(offset), kind } });
      writing.sent[kind] = writing[kind].length;
    }
  }

  #send(frame: Frame): void {
    const sockets = this.#ctx.getWebSockets();
    // Most work of its own is watched by nobody.
    if (sockets.length === 0 && this.#streams.size === 0) return;
    const text = JSON.stringify(frame);
    for (const socket of sockets) {
      try {
        socket.send(text);
      } catch {
        // A socket that is closing takes nothing more; its client resumes from the last seq it has.
      }
    }
    for (const stream of this.#streams.keys()) stream.send(frame);
  }
}
