/**
 * The transcript: what a fold over the event log says the conversation looks like. The object and the browser
 * use the same fold, so that two tabs, a reload and the database can never tell different stories.
 *
 * Pure and persistent: `applyEvent` returns a new transcript and leaves the old one alone, and an event that was
 * already applied changes nothing (a reconnect may repeat some).
 */
import type { ContentBlock, Message, Outcome, Usage } from '#shared/protocol/conversation.ts';
import type { Delta, Event, Progress } from '#shared/protocol/events.ts';
import type { Note } from '#shared/protocol/note.ts';
import type { Question, QuestionEnd } from '#shared/protocol/question.ts';

/** What is known of one turn: the marks beside its reply. */
export interface TurnView {
  id: string;
  /** The run that it belongs to. */
  runId: string;
  startedAt: string;
  model: string;
  demo: boolean;
  /** Of a rehearsal its run: nothing that writes was done in it. */
  rehearsal?: string;
  /** The turn whose reply this one writes again. */
  replaces: string | null;
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

/** A question and what became of it; `end` is null while it is open. */
export interface QuestionView {
  question: Question;
  end: QuestionEnd | null;
  closedAt: string | null;
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
  questions: Readonly<Record<string, QuestionView>>;
  /** How far the calls are that run just now, by the id of their use. */
  progress: Readonly<Record<string, Progress>>;
  /** The carry-forward note. */
  note: Note | null;
}

export const emptyTranscript: Transcript = {
  lastSeq: 0,
  messages: [],
  queue: [],
  removed: [],
  turns: {},
  turnId: null,
  live: null,
  questions: {},
  progress: {},
  note: null,
};

/** A transcript that one fold may write into; messages themselves are replaced, never changed. */
interface Draft extends Transcript {
  messages: TranscriptMessage[];
  queue: TranscriptMessage[];
  removed: Array<{ id: string; rev: number }>;
  turns: Record<string, TurnView>;
  questions: Record<string, QuestionView>;
}

const thaw = (t: Transcript): Draft => ({
  ...t,
  messages: [...t.messages],
  queue: [...t.queue],
  removed: [...t.removed],
  turns: { ...t.turns },
  questions: { ...t.questions },
});

function changeMessage(list: TranscriptMessage[], id: string, change: Partial<TranscriptMessage>): boolean {
  // From the end: what changes is nearly always the newest.
  const at = list.findLastIndex((message) => message.id === id);
  const message = list[at];
  if (message === undefined) return false;
  list[at] = { ...message, ...change };
  return true;
}

function changeTurn(t: Draft, id: string, change: Partial<TurnView>): void {
  const turn = t.turns[id];
  if (turn) t.turns[id] = { ...turn, ...change };
}

/** The reply that a new one takes the place of goes when the new one says its first word, and not before. */
function takePlaceOf(t: Draft, event: Event, turnId: string): void {
  const replaces = t.turns[turnId]?.replaces ?? null;
  if (replaces === null) return;
  const kept = t.messages.filter((message) => message.id !== replaces);
  if (kept.length < t.messages.length) t.removed.push({ id: replaces, rev: event.seq });
  t.messages = kept.map((message) =>
    message.role === 'user' && message.turnId === replaces ? { ...message, turnId, rev: event.seq } : message,
  );
}

/** Adds blocks to the turn's one assistant message, which is made when the first step ends. Its id is the turn's. */
function appendReply(t: Draft, event: Event, turnId: string, content: ContentBlock[]): void {
  if (content.length === 0) return;
  const known = t.messages.findLast((message) => message.id === turnId);
  if (known) {
    const longer = [...known.content, ...content];
    changeMessage(t.messages, turnId, { content: longer, seq: event.seq, rev: event.seq });
    return;
  }
  takePlaceOf(t, event, turnId);
  t.messages.push({
    id: turnId,
    seq: event.seq,
    rev: event.seq,
    role: 'assistant',
    origin: 'assistant',
    content,
    createdAt: event.at,
    turnId,
    queued: false,
  });
}

const asksFor = (toolUseId: string) => (block: ContentBlock) =>
  block.type === 'tool_use' && block.id === toolUseId;

/** Changes the message that asked for a call: what is known of a call stands beside it, whichever turn it came in. */
function changeCaller(
  t: Draft,
  event: Event & { toolUseId: string },
  change: (content: ReadonlyArray<ContentBlock>) => ContentBlock[],
): boolean {
  const caller = t.messages.findLast(({ content }) => content.some(asksFor(event.toolUseId)));
  if (caller === undefined) return false;
  return changeMessage(t.messages, caller.id, {
    content: change(caller.content),
    seq: event.seq,
    rev: event.seq,
  });
}

function noteIntent(t: Draft, event: Extract<Event, { type: 'tool_intended' }>): void {
  const { input, intent } = event;
  changeCaller(t, event, (content) =>
    content.map((block) => {
      if (block.type !== 'tool_use' || block.id !== event.toolUseId) return block;
      return { ...block, input, intent };
    }),
  );
}

function noteResult(t: Draft, event: Extract<Event, { type: 'tool_ended' }>): void {
  const { toolUseId, isError, text, outcome, durationMs, outside, files, full } = event;
  const { [toolUseId]: _done, ...progress } = t.progress;
  t.progress = progress;
  const result: ContentBlock = {
    type: 'tool_result',
    toolUseId,
    isError,
    text,
    ...(outcome === undefined ? {} : { outcome }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(outside === undefined ? {} : { outside }),
    ...(files === undefined ? {} : { files }),
    ...(full === undefined ? {} : { full }),
  };
  changeCaller(t, event, (content) => [...content, result]);
}

function noteQuestion(t: Draft, event: Extract<Event, { type: 'question_asked' }>): void {
  const { question } = event;
  t.questions[question.id] = { question, end: null, closedAt: null };
  appendReply(t, event, event.turnId, [{ type: 'question', questionId: question.id }]);
}

function changeQuestion(t: Draft, id: string, change: (known: QuestionView) => QuestionView): void {
  const known = t.questions[id];
  if (known) t.questions[id] = change(known);
}

function startTurn(t: Draft, event: Extract<Event, { type: 'turn_started' }>): void {
  const { turnId, seq } = event;
  const mine = new Set(event.messageIds);
  // Messages that were just said stand at the end and have no turn yet.
  for (let at = t.messages.length - 1; t.messages[at]?.turnId === null; at -= 1) {
    const message = t.messages[at];
    if (message) t.messages[at] = { ...message, turnId };
  }
  for (const message of t.queue) {
    if (mine.has(message.id)) t.messages.push({ ...message, queued: false, turnId, seq, rev: seq });
  }
  t.queue = t.queue.filter((message) => !mine.has(message.id));
  // A run that waited goes on in other turns.
  const before = t.turns[event.runId ?? turnId]?.rehearsal;
  const rehearsal = event.source?.rehearsal === true ? turnId : before;
  t.turns[turnId] = {
    id: turnId,
    runId: event.runId ?? turnId,
    ...(rehearsal === undefined ? {} : { rehearsal }),
    startedAt: event.at,
    model: event.model,
    demo: event.demo,
    replaces: event.replaces,
    retry: null,
    ended: null,
  };
  t.turnId = turnId;
  t.live = null;
}

/** Words of the board that a running turn takes in stand before its reply, which still grows. */
function takeIn(t: Draft, { turnId, messageIds, seq }: Extract<Event, { type: 'messages_taken' }>): void {
  const mine = new Set(messageIds);
  const taken = t.queue
    .filter(({ id }) => mine.has(id))
    .map((message) => ({ ...message, queued: false, turnId, seq, rev: seq }));
  t.queue = t.queue.filter(({ id }) => !mine.has(id));
  const reply = t.messages.findLastIndex(({ id }) => id === turnId);
  t.messages.splice(reply === -1 ? t.messages.length : reply, 0, ...taken);
}

function apply(t: Draft, event: Event): void {
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
        ...(event.source === undefined ? {} : { source: event.source }),
      };
      (event.queued ? t.queue : t.messages).push(message);
      return;
    }
    case 'message_edited':
      changeMessage(t.queue, event.messageId, { content: event.content, seq: event.seq, rev: event.seq });
      return;
    case 'message_dropped':
      t.queue = t.queue.filter((message) => message.id !== event.messageId);
      t.removed.push({ id: event.messageId, rev: event.seq });
      return;
    case 'turn_started':
      startTurn(t, event);
      return;
    case 'messages_taken':
      takeIn(t, event);
      return;
    case 'turn_retrying':
      changeTurn(t, event.turnId, {
        retry: { attempt: event.attempt, code: event.code, retryAt: event.retryAt },
      });
      t.live = null;
      return;
    case 'step_done':
      appendReply(t, event, event.turnId, event.content);
      changeTurn(t, event.turnId, { retry: null });
      t.live = null;
      return;
    case 'tool_intended':
      noteIntent(t, event);
      return;
    case 'tool_ended':
      noteResult(t, event);
      return;
    case 'question_asked':
      noteQuestion(t, event);
      return;
    case 'question_reminded':
      changeQuestion(t, event.questionId, (known) => ({
        ...known,
        question: { ...known.question, remindedAt: event.at },
      }));
      return;
    case 'question_closed':
      changeQuestion(t, event.questionId, (known) => ({ ...known, end: event.end, closedAt: event.at }));
      return;
    case 'turn_ended':
      changeTurn(t, event.turnId, {
        retry: null,
        ended: {
          outcome: event.outcome,
          code: event.code,
          usage: event.usage,
          durationMs: event.durationMs,
          at: event.at,
        },
      });
      if (t.turnId === event.turnId) t.turnId = null;
      t.live = null;
      t.progress = {};
      return;
    case 'run_ended': {
      // The turn said that it waits; taken up elsewhere, it was answered.
      const ended = t.turns[event.turnId]?.ended;
      if (ended?.outcome === 'waiting' && event.outcome !== 'unverified')
        changeTurn(t, event.turnId, { ended: { ...ended, outcome: event.outcome, code: event.code } });
      return;
    }
    case 'note_changed':
      t.note = event.text === '' ? null : { text: event.text, by: event.by, updatedAt: event.at };
      return;
    case 'context_compacted':
    case 'title_changed':
    case 'status_changed':
    case 'schedule_changed':
    case 'webhook_changed':
      return;
    default:
      // An event of a newer release, read by an older one: it has its place in the log, and nothing to show here.
      event satisfies never;
  }
}

/**
 * Folds events in, in order. One at or below `lastSeq` was already applied and changes nothing; when all were, the
 * same transcript comes back. A thousand events cost one copy, so a long conversation is read in linear time.
 */
export function applyEvents(t: Transcript, events: ReadonlyArray<Event>): Transcript {
  const fresh = events.filter((event) => event.seq > t.lastSeq);
  if (fresh.length === 0) return t;
  const draft = thaw(t);
  for (const event of fresh) {
    if (event.seq <= draft.lastSeq) continue;
    apply(draft, event);
    draft.lastSeq = event.seq;
  }
  return draft;
}

/** Folds one event in. */
export const applyEvent = (t: Transcript, event: Event): Transcript => applyEvents(t, [event]);

/** The messages as a page shows them: a reply that is just being written again is not among them. */
export function shownMessages(t: Transcript): ReadonlyArray<TranscriptMessage> {
  const replaces = t.turnId === null ? null : (t.turns[t.turnId]?.replaces ?? null);
  if (replaces === null) return t.messages;
  return t.messages.filter((message) => message.id !== replaces);
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

/** Notes how far a running call is. One that has ended already is not revived. */
export function applyProgress(t: Transcript, progress: Progress): Transcript {
  if (t.turnId === null) return t;
  return { ...t, progress: { ...t.progress, [progress.toolUseId]: progress } };
}

/** The plain text of a message: its text blocks, one after the other. */
export const textOf = (content: ReadonlyArray<ContentBlock>): string =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
