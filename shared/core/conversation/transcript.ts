/**
 * The transcript: what a fold over the event log says the conversation looks like. The object and the browser
 * use the same fold, so that two tabs, a reload and the database can never tell different stories.
 *
 * Pure and persistent: `applyEvent` returns a new transcript and leaves the old one alone, and an event that was
 * already applied changes nothing (a reconnect may repeat some).
 */
import type { ContentBlock, Message, Outcome, Usage } from '#shared/protocol/conversation.ts';
import type { Delta, Event } from '#shared/protocol/events.ts';

/** What is known of one turn: the marks beside its reply. */
export interface TurnView {
  id: string;
  startedAt: string;
  model: string;
  demo: boolean;
  /** Set while the turn waits for its next attempt. */
  retry: { attempt: number; code: string; retryAt: string } | null;
  ended: { outcome: Outcome; code: string | null; usage: Usage; durationMs: number; at: string } | null;
}

/** A message with `rev`, the `seq` of the last event that touched anything about it (the projection's guard). */
export interface TranscriptMessage extends Message {
  rev: number;
}

/** Text that is still being written; it belongs after event `seq`. */
export interface LiveText {
  seq: number;
  attempt: number;
  text: string;
  thinking: string;
}

export interface Transcript {
  lastSeq: number;
  /** In the order of the page; queued messages are not among them yet. */
  messages: ReadonlyArray<TranscriptMessage>;
  queue: ReadonlyArray<TranscriptMessage>;
  /** Ids of messages that are no longer part of the conversation, with the `seq` that removed them. */
  removed: ReadonlyArray<{ id: string; rev: number }>;
  turns: Readonly<Record<string, TurnView>>;
  /** The turn that runs or waits for its next attempt. */
  turnId: string | null;
  live: LiveText | null;
}

export const emptyTranscript: Transcript = {
  lastSeq: 0,
  messages: [],
  queue: [],
  removed: [],
  turns: {},
  turnId: null,
  live: null,
};

const replaceMessage = (
  list: ReadonlyArray<TranscriptMessage>,
  id: string,
  change: (message: TranscriptMessage) => TranscriptMessage,
) => list.map((message) => (message.id === id ? change(message) : message));

const changeTurn = (t: Transcript, id: string, change: Partial<TurnView>): Transcript['turns'] => {
  const turn = t.turns[id];
  return turn ? { ...t.turns, [id]: { ...turn, ...change } } : t.turns;
};

/** Adds blocks to the turn's one assistant message, which is made when the first step ends. Its id is the turn's. */
function appendReply(t: Transcript, event: Event, turnId: string, content: ContentBlock[]): Transcript {
  if (content.length === 0) return t;
  const known = t.messages.some((message) => message.id === turnId);
  if (known) {
    const messages = replaceMessage(t.messages, turnId, (message) => ({
      ...message,
      content: [...message.content, ...content],
      seq: event.seq,
      rev: event.seq,
    }));
    return { ...t, messages };
  }
  const reply: TranscriptMessage = {
    id: turnId,
    seq: event.seq,
    rev: event.seq,
    role: 'assistant',
    origin: 'assistant',
    content,
    createdAt: event.at,
    turnId,
    queued: false,
  };
  return { ...t, messages: [...t.messages, reply] };
}

function startTurn(t: Transcript, event: Extract<Event, { type: 'turn_started' }>): Transcript {
  const taken = t.queue
    .filter((message) => event.messageIds.includes(message.id))
    .map((message) => ({ ...message, queued: false, turnId: event.turnId, seq: event.seq, rev: event.seq }));
  const kept = t.messages.filter((message) => message.id !== event.replaces);
  // A message that waited for its turn gets it; so do the messages whose reply is written again.
  const own = kept.map((message) => {
    if (message.role !== 'user') return message;
    if (message.turnId === null) return { ...message, turnId: event.turnId };
    const again = event.replaces !== null && message.turnId === event.replaces;
    return again ? { ...message, turnId: event.turnId, rev: event.seq } : message;
  });
  return {
    ...t,
    messages: [...own, ...taken],
    queue: t.queue.filter((message) => !event.messageIds.includes(message.id)),
    removed:
      kept.length < t.messages.length && event.replaces
        ? [...t.removed, { id: event.replaces, rev: event.seq }]
        : t.removed,
    turns: {
      ...t.turns,
      [event.turnId]: {
        id: event.turnId,
        startedAt: event.at,
        model: event.model,
        demo: event.demo,
        retry: null,
        ended: null,
      },
    },
    turnId: event.turnId,
    live: null,
  };
}

function apply(t: Transcript, event: Event): Transcript {
  switch (event.type) {
    case 'message_added': {
      const message: TranscriptMessage = {
        id: event.messageId,
        seq: event.seq,
        rev: event.seq,
        role: 'user',
        origin: event.origin,
        content: event.content,
        createdAt: event.at,
        turnId: null,
        queued: event.queued,
      };
      return event.queued
        ? { ...t, queue: [...t.queue, message] }
        : { ...t, messages: [...t.messages, message] };
    }
    case 'message_edited':
      return {
        ...t,
        queue: replaceMessage(t.queue, event.messageId, (message) => ({
          ...message,
          content: event.content,
          seq: event.seq,
          rev: event.seq,
        })),
      };
    case 'message_dropped':
      return {
        ...t,
        queue: t.queue.filter((message) => message.id !== event.messageId),
        removed: [...t.removed, { id: event.messageId, rev: event.seq }],
      };
    case 'turn_started':
      return startTurn(t, event);
    case 'turn_retrying':
      return {
        ...t,
        turns: changeTurn(t, event.turnId, {
          retry: { attempt: event.attempt, code: event.code, retryAt: event.retryAt },
        }),
        live: null,
      };
    case 'step_done':
      return {
        ...appendReply(t, event, event.turnId, event.content),
        turns: changeTurn(t, event.turnId, { retry: null }),
        live: null,
      };
    case 'tool_ended':
      return appendReply(t, event, event.turnId, [
        { type: 'tool_result', toolUseId: event.toolUseId, isError: event.isError, text: event.text },
      ]);
    case 'turn_ended':
      return {
        ...t,
        turns: changeTurn(t, event.turnId, {
          retry: null,
          ended: {
            outcome: event.outcome,
            code: event.code,
            usage: event.usage,
            durationMs: event.durationMs,
            at: event.at,
          },
        }),
        turnId: t.turnId === event.turnId ? null : t.turnId,
        live: null,
      };
    case 'context_compacted':
    case 'title_changed':
    case 'status_changed':
      return t;
    default:
      return event satisfies never;
  }
}

/** Folds one event in. An event at or below `lastSeq` was already applied: the same transcript comes back. */
export function applyEvent(t: Transcript, event: Event): Transcript {
  if (event.seq <= t.lastSeq) return t;
  return { ...apply(t, event), lastSeq: event.seq };
}

/**
 * Adds a piece of text that is still being written. Returns the same transcript when the piece is stale or was
 * seen already, and `null` when something before it is missing: the reader must then ask for the events again.
 */
export function applyDelta(t: Transcript, delta: Delta): Transcript | null {
  if (t.turnId === null || delta.seq > t.lastSeq) return t.turnId === null ? t : null;
  const live = t.live;
  if (live && (delta.seq < live.seq || (delta.seq === live.seq && delta.attempt < live.attempt))) return t;
  const same = live && live.seq === delta.seq && live.attempt === delta.attempt;
  const base: LiveText = same ? live : { seq: delta.seq, attempt: delta.attempt, text: '', thinking: '' };
  const field = delta.kind === 'thinking' ? 'thinking' : 'text';
  const known = base[field];
  if (delta.offset > known.length) return null;
  const fresh = delta.text.slice(known.length - delta.offset);
  if (same && fresh === '') return t;
  return { ...t, live: { ...base, [field]: known + fresh } };
}

/** The plain text of a message: its text blocks, one after the other. */
export const textOf = (content: ReadonlyArray<ContentBlock>): string =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
