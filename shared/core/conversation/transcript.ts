/** The transcript: what the event log says the conversation looks like. `fold.ts` makes it. */
import type { ContentBlock, Message, Outcome, Usage } from '#shared/protocol/conversation.ts';
import type { Progress } from '#shared/protocol/events.ts';
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

/** The messages as a page shows them: a reply that is just being written again is not among them. */
export function shownMessages(t: Transcript): ReadonlyArray<TranscriptMessage> {
  const replaces = t.turnId === null ? null : (t.turns[t.turnId]?.replaces ?? null);
  if (replaces === null) return t.messages;
  return t.messages.filter((message) => message.id !== replaces);
}

/** The plain text of a message: its text blocks, one after the other. */
export const textOf = (content: ReadonlyArray<ContentBlock>): string =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
