/** A page of the app for tests in workerd: talks to one conversation and folds what it hears, as the browser does. */
import { applyDelta, applyEvent } from '#shared/core/conversation/fold.ts';
import { emptyTranscript, textOf, type Transcript } from '#shared/core/conversation/transcript.ts';
import { Conversation, Message, MessageAccepted } from '#shared/protocol/conversation.ts';
import { type Event, Frame } from '#shared/protocol/events.ts';
import type { TestBrowser } from '#worker/test-browser.ts';
import * as z from 'zod/mini';

const Made = z.object({ conversation: Conversation, turnId: z.optional(z.string()) });
const Messages = z.object({ items: z.array(Message), lastSeq: z.number() });

/** One WebSocket that watches a conversation. */
export class Watcher {
  transcript: Transcript = emptyTranscript;
  readonly events: Event[] = [];
  /** The longest text seen while it was being written, by attempt. */
  readonly written = new Map<number, string>();
  deleted = false;
  closed = false;
  readonly socket: WebSocket;
  #wake: () => void = () => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.accept();
    socket.addEventListener('message', ({ data }) => this.#hear(Frame.parse(JSON.parse(String(data)))));
    socket.addEventListener('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  #hear(frame: Frame): void {
    if ('event' in frame) {
      this.events.push(frame.event);
      this.transcript = applyEvent(this.transcript, frame.event);
    } else if ('delta' in frame) {
      const next = applyDelta(this.transcript, frame.delta);
      if (next === null) throw new Error(`a gap before ${JSON.stringify(frame.delta)}`);
      this.transcript = next;
      if (next.live) this.written.set(next.live.attempt, next.live.text);
    } else if ('deleted' in frame) {
      this.deleted = true;
    }
    this.#wake();
  }

  /** Resolves as soon as the predicate holds; checked at every frame. */
  async until(predicate: (watcher: this) => boolean): Promise<void> {
    while (!predicate(this)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  ended = (turns = 1) =>
    this.until(({ events }) => events.filter(({ type }) => type === 'turn_ended').length >= turns);

  texts = () => this.transcript.messages.map(({ role, content }) => `${role}: ${textOf(content)}`);
}

export class Talk {
  readonly browser: TestBrowser;
  readonly id: string;
  turnId: string | undefined;

  constructor(browser: TestBrowser, id: string, turnId?: string) {
    this.browser = browser;
    this.id = id;
    this.turnId = turnId;
  }

  /** Starts a conversation with a first message. */
  static async begin(browser: TestBrowser, text?: string): Promise<Talk> {
    const body = text === undefined ? {} : { message: { text } };
    const response = await browser.call('POST', '/api/conversations', { body });
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    const { conversation, turnId } = Made.parse(await response.json());
    return new Talk(browser, conversation.id, turnId);
  }

  call(method: string, path = '', body?: unknown): Promise<Response> {
    const options = body === undefined ? {} : { body };
    return this.browser.call(method, `/api/conversations/${this.id}${path}`, options);
  }

  async say(text: string, id?: string): Promise<MessageAccepted> {
    const response = await this.call('POST', '/messages', { text, ...(id === undefined ? {} : { id }) });
    if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
    return MessageAccepted.parse(await response.json());
  }

  async get(): Promise<Conversation> {
    return z.object({ conversation: Conversation }).parse(await (await this.call('GET')).json()).conversation;
  }

  async messages(after = 0): Promise<{ items: Message[]; lastSeq: number }> {
    return Messages.parse(await (await this.call('GET', `/messages?after=${after}`)).json());
  }

  async watch(after = 0): Promise<Watcher> {
    const { ticket } = z
      .object({ ticket: z.string() })
      .parse(await (await this.call('POST', '/ticket')).json());
    const response = await this.browser.call(
      'GET',
      `/api/conversations/${this.id}/events?after=${after}&ticket=${ticket}`,
      {
        headers: { upgrade: 'websocket' },
      },
    );
    if (!response.webSocket) throw new Error(`no socket: ${response.status}`);
    return new Watcher(response.webSocket);
  }
}
