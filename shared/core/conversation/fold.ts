/**
 * The fold over the event log that makes the transcript. The object and the browser use the same one, so that two tabs, a
 * reload and the database can never tell different stories.
 *
 * Pure and persistent: `applyEvent` returns a new transcript and leaves the old one alone, and an event that was
 * already applied changes nothing (a reconnect may repeat some).
 */
import type { Delta, Event, Progress } from '#shared/protocol/events.ts';

import type { LiveText, Transcript, TranscriptMessage } from './transcript.ts';
import {
  appendReply,
  changeMessage,
  changeQuestion,
  changeTurn,
  noteIntent,
  noteQuestion,
  noteResult,
  startTurn,
  takeIn,
  thaw,
  type Draft,
} from './transcript-draft.ts';

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
