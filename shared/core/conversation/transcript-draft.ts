/** The steps of the fold over the event log: each writes what one event means into a transcript that is being made. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { Event } from '#shared/protocol/events.ts';

import type { QuestionView, Transcript, TranscriptMessage, TurnView } from './transcript.ts';

/** A transcript that one fold may write into; messages themselves are replaced, never changed. */
export interface Draft extends Transcript {
  messages: TranscriptMessage[];
  queue: TranscriptMessage[];
  removed: Array<{ id: string; rev: number }>;
  turns: Record<string, TurnView>;
  questions: Record<string, QuestionView>;
}

export const thaw = (t: Transcript): Draft => ({
  ...t,
  messages: [...t.messages],
  queue: [...t.queue],
  removed: [...t.removed],
  turns: { ...t.turns },
  questions: { ...t.questions },
});

export function changeMessage(
  list: TranscriptMessage[],
  id: string,
  change: Partial<TranscriptMessage>,
): boolean {
  // From the end: what changes is nearly always the newest.
  const at = list.findLastIndex((message) => message.id === id);
  const message = list[at];
  if (message === undefined) return false;
  list[at] = { ...message, ...change };
  return true;
}

export function changeTurn(t: Draft, id: string, change: Partial<TurnView>): void {
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
export function appendReply(t: Draft, event: Event, turnId: string, content: ContentBlock[]): void {
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

export function noteIntent(t: Draft, event: Extract<Event, { type: 'tool_intended' }>): void {
  const { input, intent } = event;
  changeCaller(t, event, (content) =>
    content.map((block) => {
      if (block.type !== 'tool_use' || block.id !== event.toolUseId) return block;
      return { ...block, input, intent };
    }),
  );
}

export function noteResult(t: Draft, event: Extract<Event, { type: 'tool_ended' }>): void {
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

export function noteQuestion(t: Draft, event: Extract<Event, { type: 'question_asked' }>): void {
  const { question } = event;
  t.questions[question.id] = { question, end: null, closedAt: null };
  appendReply(t, event, event.turnId, [{ type: 'question', questionId: question.id }]);
}

export function changeQuestion(t: Draft, id: string, change: (known: QuestionView) => QuestionView): void {
  const known = t.questions[id];
  if (known) t.questions[id] = change(known);
}

export function startTurn(t: Draft, event: Extract<Event, { type: 'turn_started' }>): void {
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
export function takeIn(
  t: Draft,
  { turnId, messageIds, seq }: Extract<Event, { type: 'messages_taken' }>,
): void {
  const mine = new Set(messageIds);
  const taken = t.queue
    .filter(({ id }) => mine.has(id))
    .map((message) => ({ ...message, queued: false, turnId, seq, rev: seq }));
  t.queue = t.queue.filter(({ id }) => !mine.has(id));
  const reply = t.messages.findLastIndex(({ id }) => id === turnId);
  t.messages.splice(reply === -1 ? t.messages.length : reply, 0, ...taken);
}
