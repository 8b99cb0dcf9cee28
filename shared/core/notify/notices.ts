/** What of a conversation's log a person is told who does not look at it. Pure: the same log gives the same notices. */
import type { Event } from '#shared/protocol/events.ts';
import type { NotificationKind, NotificationSettings } from '#shared/protocol/notification.ts';
import type { Run } from '#shared/protocol/run.ts';
import { oneLine } from '../conversation/preview.ts';
import { parseInstant } from '../schedule/instant.ts';

/** One notice; `id` names it for ever, so that it is told once however often it is delivered. */
export interface Notice {
  id: string;
  seq: number;
  kind: NotificationKind;
  conversationId: string;
  questionId: string | null;
  title: string | null;
  source: string | null;
  text: string;
  code: string | null;
  /** The page it leads to, where that is not its conversation. */
  path?: string;
  /** Milliseconds since the epoch. */
  at: number;
}

interface Known {
  conversationId: string;
  title: string | null;
  /** The run that a turn belongs to. */
  runOf: (turnId: string) => Run | null;
  /** Whether a question still waits: of one that was decided meanwhile nobody needs to hear. */
  isOpen: (questionId: string) => boolean;
  /** The last thing that was said in a turn. */
  saidIn: (turnId: string) => string;
}

/** Whether an event is worth a notice, before it is known which. */
export const isNotable = (event: Event): boolean =>
  event.type === 'question_asked' ||
  event.type === 'run_ended' ||
  event.type === 'turn_ended' ||
  ((event.type === 'schedule_changed' || event.type === 'webhook_changed') && event.by !== 'user') ||
  (event.type === 'status_changed' && event.status === 'archived' && event.by === 'assistant');

/** Whether a run is one that nobody began in the app and nobody watches. A rehearsal is told to whoever plays it. */
const isAlone = (run: Run | null): run is Run =>
  (run?.trigger.type === 'schedule' || run?.trigger.type === 'webhook') && !run.trigger.source?.rehearsal;

/** How a run of its own ended. Only what is done is called a result. */
function noticeOfEnd(turnId: string, { outcome, code }: Pick<Run, 'outcome' | 'code'>, known: Known) {
  const run = known.runOf(turnId);
  if (!isAlone(run) || outcome === 'waiting' || outcome === 'stopped') return null;
  const isDone = outcome === 'completed' || outcome === 'unverified';
  return {
    kind: isDone ? ('result' as const) : ('failure' as const),
    questionId: null,
    source: run.trigger.source?.name ?? null,
    text: oneLine(known.saidIn(turnId)),
    code,
  };
}

/** A schedule or webhook that came to a stop; without a name all that there are. */
const stopped = (name: string | null, code: string | null) => ({
  kind: 'paused' as const,
  questionId: null,
  source: name,
  text: '',
  code,
});

function noticeOf(
  event: Event,
  known: Known,
): Omit<Notice, 'id' | 'seq' | 'conversationId' | 'title' | 'at'> | null {
  switch (event.type) {
    case 'question_asked': {
      const { id, title } = event.question;
      if (!known.isOpen(id)) return null;
      return { kind: 'question', questionId: id, source: null, text: oneLine(title), code: null };
    }
    case 'turn_ended':
      return noticeOfEnd(event.turnId, event.run ?? event, known);
    case 'run_ended':
      // Taken up in another run, its end is told there.
      return event.outcome === 'unverified' ? null : noticeOfEnd(event.turnId, event, known);
    case 'schedule_changed':
      if (event.change === 'removed') return stopped(event.name, 'removed');
      if (event.change !== 'paused' && event.change !== 'missed') return null;
      return {
        kind: event.change,
        questionId: null,
        source: event.name,
        text: event.count === undefined ? '' : String(event.count),
        code: event.reason ?? null,
      };
    case 'webhook_changed':
      if (event.change !== 'paused') return null;
      return stopped(event.name, event.reason ?? null);
    case 'status_changed':
      return event.status === 'archived' ? stopped(null, 'archived') : null;
    default:
      return null;
  }
}

/**
 * Whether somebody else than the app did it before the person's eyes. What Claude stops in a run of its own they have not
 * seen. What did it stands before it in the log, in the same commit: the call that stops a schedule, the end of the turn that
 * archives the conversation. The call that asked for that may have been told of long before.
 */
function wasSeen(event: Event, events: ReadonlyArray<Event>, { runOf }: Known): boolean {
  if (event.type === 'question_asked' || !('by' in event) || event.by === 'system') return false;
  const byWhat = event.type === 'status_changed' ? 'turn_ended' : 'tool_ended';
  const doing = events.findLast(({ type, seq }) => type === byWhat && seq < event.seq);
  const turnId = doing?.type === 'turn_ended' || doing?.type === 'tool_ended' ? doing.turnId : null;
  return event.by === 'user' || turnId === null || !isAlone(runOf(turnId));
}

/** The notices of these events, in their order. */
export const noticesOf = (events: ReadonlyArray<Event>, known: Known): Notice[] =>
  events.flatMap((event) => {
    if (wasSeen(event, events, known)) return [];
    const notice = noticeOf(event, known);
    if (notice === null) return [];
    const { conversationId, title } = known;
    const at = parseInstant(event.at);
    return [{ id: `${conversationId}:${event.seq}`, seq: event.seq, conversationId, title, at, ...notice }];
  });

/** Minutes of a time of day as "22:30". */
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Whether a notice may interrupt.
 * @param minuteOfDay of the person's own day, 0 to 1439
 */
export function isLoud(
  kind: NotificationKind,
  { only, quiet }: NotificationSettings,
  minuteOfDay: number,
): boolean {
  if (only === 'needs_me' && kind === 'result') return false;
  if (quiet === null) return true;
  const [from, until] = [minutes(quiet.from), minutes(quiet.until)];
  // Over midnight it is quiet after the one or before the other.
  const isQuiet =
    from <= until ? minuteOfDay >= from && minuteOfDay < until : minuteOfDay >= from || minuteOfDay < until;
  return !isQuiet;
}

export const usualSettings: NotificationSettings = { only: 'all', quiet: null };
