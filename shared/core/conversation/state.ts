/**
 * PERSISTED, version 1. The state of one conversation beside its event log: what `transition` decides from.
 * Everything here could be folded from the log; it is kept so that a decision reads one row. Times are
 * milliseconds since the epoch. New fields must be optional: objects written by an older version are read again.
 */
import type {
  AllowedBy,
  Kind,
  Outcome,
  RunSource,
  Status,
  Usage,
  WaitingFor,
} from '#shared/protocol/conversation.ts';
import type { Note } from '#shared/protocol/note.ts';
import type { FieldAnswer, Question, Risk } from '#shared/protocol/question.ts';
import { earliest } from '../earliest.ts';
import { instant, parseInstant } from '../schedule/instant.ts';
import { isLive, type ScheduleState } from '../schedule/schedule-state.ts';
import type { HookState } from '../webhooks/hook-state.ts';

/** Which model answers; `demo` where the stand-in does, which the app must say. */
export interface ModelName {
  name: string;
  demo: boolean;
}

/** What holds for every turn of a run, however it goes on: carried by what it waits for. */
export interface RunMarks {
  /** Nothing that writes is done. */
  rehearsal?: RunSource;
  /** A call ended with nobody knowing whether it was carried out. */
  unknown?: true;
}

/** The turn that runs, or waits for its next attempt. Its lease is the durable promise that somebody goes on. */
export interface RunningTurn {
  id: string;
  runId: string;
  model: ModelName;
  /** Counts the model calls begun in this turn. Work of an older attempt is ignored. */
  attempt: number;
  /** Steps that were committed. */
  step: number;
  /** Failed tries of the present step, in a row. */
  failures: number;
  /** How often the process was lost in this turn. */
  interruptions: number;
  startedAt: number;
  /** Until when the running attempt holds the turn; then recovery looks after it. */
  leaseUntil: number;
  /** Set while waiting for the next attempt. */
  retryAt: number | null;
  /** The turn whose reply this one writes again. */
  replaces?: string;
  /** Whether anything was said or called: until then the reply that is replaced stays. */
  spoke?: boolean;
  marks?: RunMarks;
  /** It began because a question of its run was not answered in time. */
  expired?: true;
  /** It did something that writing it again would do twice. */
  acted?: true;
  /** Nobody waits for it, so it waits for its place: how many processes were lost before it began. */
  waits?: number;
  /** Names the tools of this turn, which stay the same to its end: the hash of a row in `toolsets`. */
  tools?: string;
  /** A person began it after the window of its daily run: the window does not end it. */
  free?: true;
  usage: Usage;
}

/** Whether the turn waits for its place: it has not looked at its tools yet, which is the first that it does. */
export const waitsForPlace = ({ waits, tools, step }: RunningTurn): boolean =>
  waits !== undefined && tools === undefined && step === 0;

/**
 * A tool call of the model that has no result yet. `proposed`: nobody looked at it; `asked`: its question is open;
 * `approved`: a person said yes; `running`: it is in the journal, so that it may have happened.
 */
export interface PendingCall {
  toolUseId: string;
  name: string;
  /** The arguments that run: what was shown, with what the person changed. */
  input: Readonly<Record<string, unknown>>;
  /** The turn that asked for it. */
  turnId: string;
  runId: string;
  phase: 'proposed' | 'asked' | 'approved' | 'running';
  /** The model went on without it and was told that it waits: its result comes as news. */
  late?: true;
  callId?: string;
  questionId?: string;
  /** The turn in which it is made when no other has come to it, once it was answered. */
  nextTurnId?: string;
  /** The definition that was shown with the question; with another one the yes is void. */
  toolHash?: string;
  allowedBy?: AllowedBy;
  /** While it runs: what it can do, and whether it may be made again after a crash. */
  risk?: Risk;
  repeatable?: boolean;
  startedAt?: number;
  marks?: RunMarks;
  /** It stopped to ask the person: how it goes on. */
  resume?: { state: string; answers: Readonly<Record<string, FieldAnswer>> };
}

/** A file that was written in a conversation, and when. */
export interface Written {
  id: string;
  name: string;
  at: number;
}

/** The part of a conversation in a daily run. */
export interface WorkState {
  runId: string;
  role: 'lead' | 'agent';
  /** Names of tools and connections that it may use, beside those of its role. */
  tools: string[];
  /** Until when it works: turns that began before end here. */
  endsAt: number;
  /** Everything but what writes. */
  dry: boolean;
  /** Tokens that it may use; null for no limit. */
  tokenBudget: number | null;
  /** The last files that it wrote, for its board. */
  wrote?: Written[];
}

export interface ConversationState {
  version: 1;
  id: string;
  ownerId: string;
  kind: Kind;
  title: string | null;
  titleBy: 'user' | 'model' | null;
  status: Status;
  waitingFor: WaitingFor | null;
  turn: RunningTurn | null;
  /** Ids of the messages that wait for the next turn. */
  queue: string[];
  /** Those of the queue that the board of a daily run wrote: a running turn takes them in between two steps. */
  letters?: string[];
  /** Calls without a result, in the order they were asked for. */
  calls?: PendingCall[];
  /** Open questions, oldest first. */
  questions?: Question[];
  /** A result that came while the model went on without it, and the turn in which it is told if none does before. */
  untold?: { seq: number; turnId: string; runId: string; marks?: RunMarks; expired?: true };
  /** Runs that wait for an answer, each with its last turn. */
  waitingRuns?: Array<{ id: string; turnId: string }>;
  /** The connections whose tools this conversation has; without it all of the owner's. */
  connections?: string[];
  /** Its part in a daily run. */
  work?: WorkState;
  schedules?: ScheduleState[];
  webhooks?: HookState[];
  /** The last rehearsal, as older versions wrote it; the turns of one are marked now. */
  rehearsal?: string;
  /** What it carries from run to run. */
  note?: Note;
  /** The owner's time zone as it was last told: for schedules that follow it. */
  timezone?: string;
  /** Claude asked to archive: done when the turn ends. */
  archiveAtEnd?: true;
  /** The id that the next turn will have, allotted with the first queued message so that senders can be told. */
  nextTurnId: string | null;
  /** `replaces` is set when it was to write a reply again and said nothing: that reply still stands. */
  lastTurn: {
    id: string;
    outcome: Outcome;
    code?: string;
    replaces?: string;
    acted?: true;
    marks?: RunMarks;
  } | null;
  /** `seq` of the last thing Claude said, for the unread mark. */
  lastReplySeq: number;
  preview: string;
  usage: Usage;
  /** Size of the prompt of the last step, in tokens. */
  promptTokens?: number;
  /** A summary that came while a turn ran: it is put into the log when that turn ends. */
  pendingSummary?: { throughSeq: number; summary: string; usage: Usage };
  lastSeq: number;
  /** Counts commits: orders two versions of this state wherever they arrive. */
  rev: number;
  createdAt: number;
  updatedAt: number;
}

export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cost: 0,
};

/** The state of a conversation that was just made. */
export const newConversation = (
  made: { id: string; ownerId: string; kind: Kind; title: string | null; work?: WorkState },
  now: number,
): ConversationState => ({
  version: 1,
  id: made.id,
  ownerId: made.ownerId,
  kind: made.kind,
  ...(made.work === undefined ? {} : { work: made.work }),
  title: made.title,
  titleBy: made.title === null ? null : 'user',
  status: 'active',
  waitingFor: null,
  turn: null,
  queue: [],
  nextTurnId: null,
  lastTurn: null,
  lastReplySeq: 0,
  preview: '',
  usage: noUsage,
  lastSeq: 0,
  rev: 0,
  createdAt: now,
  updatedAt: now,
});

/** When the running turn needs somebody: at its next attempt, or when its lease ends. `null` without a turn. */
export const turnDue = (state: ConversationState): number | null =>
  state.turn === null ? null : (state.turn.retryAt ?? state.turn.leaseUntil);

/** Whether the running turn is part of a rehearsal: nothing in it is really done. */
export const isRehearsal = ({ turn, rehearsal }: ConversationState): boolean =>
  turn !== null && (turn.marks?.rehearsal !== undefined || turn.runId === rehearsal);

/** What marks the turns of a rehearsal that an older version began; it kept only the id of the run. */
export const oldRehearsal = (
  { rehearsal, title }: ConversationState,
  runId: string | undefined,
  now: number,
): RunMarks | undefined =>
  runId === undefined || rehearsal !== runId
    ? undefined
    : { rehearsal: { id: runId, name: title ?? 'Rehearsal', dueAt: instant(now), rehearsal: true } };

/** Calls without a result. */
export const callsOf = (state: ConversationState): ReadonlyArray<PendingCall> => state.calls ?? [];

/** Open questions. */
export const questionsOf = (state: ConversationState): ReadonlyArray<Question> => state.questions ?? [];

export const schedulesOf = (state: ConversationState): ReadonlyArray<ScheduleState> => state.schedules ?? [];

/** One of its schedules; undefined where there is none of this id, or none any more. */
export const scheduleIn = (state: ConversationState, id: string): ScheduleState | undefined =>
  schedulesOf(state).find((each) => each.id === id);

export const hooksOf = (state: ConversationState): ReadonlyArray<HookState> => state.webhooks ?? [];

/** The zone that a schedule goes by. */
export const zoneOf = (state: ConversationState, { timezone }: Pick<ScheduleState, 'timezone'>): string =>
  timezone ?? state.timezone ?? 'UTC';

/** Whether something works here by itself. */
export const isInBackground = (state: ConversationState): boolean =>
  schedulesOf(state).some(isLive) || hooksOf(state).some(({ paused }) => paused === null);

/** When a question needs somebody: at its reminder, or when it expires. `null` without one. */
export function questionsDue(state: ConversationState): number | null {
  return earliest(
    questionsOf(state).flatMap((question) => [
      parseInstant(question.expiresAt),
      question.remindedAt === null ? remindAt(question) : null,
    ]),
  );
}

/** A question is brought to mind once: after a day, or after half of its time if that is sooner. */
export const remindAt = ({ askedAt, expiresAt }: Question): number => {
  const asked = parseInstant(askedAt);
  return asked + Math.min(24 * 60 * 60_000, (parseInstant(expiresAt) - asked) / 2);
};
