/** What `transition` takes, and what it gives: inputs, effects, refusals. */
import type { CallOutcome, ContentBlock, Outcome, RunSource, Usage } from '#shared/protocol/conversation.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import type { LeftOut } from '#shared/protocol/rehearsal.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Question, QuestionEnd } from '#shared/protocol/question.ts';
import type { Receipt, ScheduleState } from '../schedule/schedule-state.ts';
import type { HookState } from '../webhooks/hook-state.ts';
import type { CallDecision } from '../tools/decide.ts';
import type { ToolCall } from '../turn/next-step.ts';
import type { ModelBlock } from '../turn/ports.ts';
import type { ConversationState, ModelName } from './state.ts';

/** What the running attempt reports of itself. A report of an attempt that is no longer the turn's is ignored. */
interface Attempt {
  turnId: string;
  attempt: number;
}

export type Input =
  | {
      type: 'message';
      messageId: string;
      text: string;
      files: ReadonlyArray<FileRef>;
      turnId: string;
      model: ModelName;
    }
  | { type: 'edit_queued'; messageId: string; text: string }
  | { type: 'drop_queued'; messageId: string }
  /** What is queued goes out now; a turn that runs ends for it. `partial` as for `stop`. */
  | { type: 'send_queued'; turnId: string; model: ModelName; partial: string }
  /** `replaces` is the turn that the named message belongs to. */
  | { type: 'regenerate'; replaces: string | null; turnId: string; model: ModelName }
  /** `partial` is what was written so far and is kept. */
  | { type: 'stop'; partial: string }
  | (Attempt & {
      type: 'step_done';
      content: ContentBlock[];
      raw: ModelBlock[];
      /** What the blocks are bound to: see `ModelRequest`. */
      binding: string;
      stopReason: string;
      usage: Usage;
      model: string;
      /** `null` when the turn goes on with another step. */
      end: { outcome: Outcome; code: string | null } | null;
      /** What it asks to be done, in order. */
      calls: ReadonlyArray<ToolCall>;
      /** `lastSeq` of the log that the model was shown. */
      shownSeq: number;
    })
  | (Attempt & {
      type: 'step_failed';
      code: string;
      retryable: boolean;
      retryAfterMs: number | null;
      /** 0 to 1. */
      jitter: number;
      partial: string;
      /** What the failed call cost. */
      usage: Usage;
    })
  /** The tools of this turn were put together. */
  | (Attempt & { type: 'equipped'; tools: string })
  /** What is done about calls, before any of it is done. */
  | (Attempt & { type: 'calls_decided'; decisions: ReadonlyArray<CallDecision> })
  | (Attempt & { type: 'call_ended'; toolUseId: string; result: CallResult })
  /** A server stopped in mid-call to ask the person; the call goes on with the answer. */
  | (Attempt & { type: 'call_asks'; toolUseId: string; question: Question; state: string })
  /** A person decided. `said` is what the model is told of an answer. `turnId` is for the turn that goes on. */
  | { type: 'answer'; questionId: string; end: QuestionEnd; said: string; turnId: string; model: ModelName }
  /** Time decides about questions: reminders, and those that expire. */
  | { type: 'questions_due'; turnId: string; model: ModelName }
  | { type: 'choose_connections'; connections: string[] | null }
  /** Schedules may be due. `ids` has two for each of them: of the turn and of the message that one would begin. */
  | { type: 'schedules_due'; ids: ReadonlyArray<string>; model: ModelName }
  | { type: 'add_schedule'; schedule: ScheduleState; by: 'user' | 'assistant' }
  | { type: 'change_schedule'; scheduleId: string; change: ScheduleChange; by: 'user' | 'assistant' }
  | { type: 'remove_schedule'; scheduleId: string; by: 'user' | 'assistant' }
  /** Plays an instruction once without doing anything that writes. `name` is that of the schedule it may become. */
  | {
      type: 'rehearse';
      name: string;
      instruction: string;
      turnId: string;
      messageId: string;
      model: ModelName;
    }
  /** By hand, now: it uses up no due time. */
  | { type: 'run_schedule'; scheduleId: string; turnId: string; messageId: string; model: ModelName }
  /** A delivery that was verified; `runId` is for the run that it gets if it shares none. `byHand`: a test or a replay. */
  | { type: 'delivery'; webhookId: string; runId: string; bytes: number; byHand?: boolean }
  /** Something about a webhook that decides nothing: let go, refused, one more that waits, another secret. */
  | { type: 'webhooks_heard' }
  /** Nothing is in the way of a webhook's run any more. `deliveries` is as much of them as a prompt may hold. */
  | {
      type: 'start_webhook';
      webhookId: string;
      batchId: string;
      deliveries: ContentBlock[];
      turnId: string;
      messageId: string;
      model: ModelName;
    }
  | { type: 'add_webhook'; webhook: HookState; by: 'user' | 'assistant' }
  | { type: 'change_webhook'; webhookId: string; change: HookChange; by: 'user' | 'assistant' }
  | { type: 'remove_webhook'; webhookId: string; by: 'user' | 'assistant' }
  | { type: 'set_note'; text: string; by: 'user' | 'assistant' }
  /** The owner's own zone, which schedules may follow. */
  | { type: 'zone_changed'; timezone: string }
  /** Words of the board of a daily run that this conversation has a part in. */
  | {
      type: 'board_message';
      messageId: string;
      text: string;
      source: RunSource;
      turnId: string;
      model: ModelName;
    }
  /** Its part in the run is over: by time, or because the run was ended. */
  | { type: 'work_over'; partial: string }
  /** What a call cost whose answer nobody waits for any more. */
  | { type: 'spent'; usage: Usage }
  /** Time to go on: the retry is due, or the process that held the turn is gone (`lost`). */
  | { type: 'resume'; lost: boolean }
  /** The running attempt is alive at the end of its lease. */
  | { type: 'extend_lease' }
  | { type: 'rename'; title: string }
  | { type: 'title_made'; title: string; usage: Usage }
  | { type: 'compacted'; throughSeq: number; summary: string; usage: Usage }
  | { type: 'archive'; partial: string }
  | { type: 'restore' };

/** What is left out stays; `pause` false goes on. */
export type ScheduleChange = Partial<
  Pick<
    ScheduleState,
    'name' | 'rule' | 'timezone' | 'instruction' | 'missed' | 'overlap' | 'whileWaiting' | 'count' | 'until'
  >
> & { pause?: boolean };

/** What is left out stays; `pause` false goes on. */
export type HookChange = Partial<Pick<HookState, 'name' | 'instruction' | 'whileBusy' | 'filter'>> & {
  pause?: boolean;
};

/** What a call asked for about webhooks. */
export type HookRequest = { type: 'add'; webhook: HookState } | { type: 'remove'; webhookId: string };

/** `timezone` is the owner's own. */
export type ScheduleRequest = { timezone: string } & (
  | { type: 'add'; schedule: ScheduleState }
  | { type: 'change'; scheduleId: string; change: ScheduleChange }
  | { type: 'remove'; scheduleId: string }
);

/** How a call ended. `text` is what the model and the page are told, trimmed; `raw` the model's form where it is more. */
export interface CallResult {
  outcome: CallOutcome;
  isError: boolean;
  text: string;
  raw: ModelBlock[] | null;
  outside: boolean;
  files: ReadonlyArray<FileRef>;
  full: FileRef | null;
  /** A rehearsal left the call out. */
  rehearsed?: LeftOut;
  /** The call asked for the conversation to be archived. */
  archive?: true;
  /** What the call asked for about schedules: done in the commit that ends it, and so once. */
  schedule?: ScheduleRequest;
  /** And about webhooks. */
  webhook?: HookRequest;
  /** The note that takes the place of the one there is. */
  note?: string;
}

/**
 * What is to be done after the commit. `start_turn` is backed by the turn's lease; the others are rows, one a
 * type: many reasons to tell the user's object or the database fold into one delivery of the present state.
 */
export type Effect =
  | { type: 'start_turn'; turnId: string; attempt: number; patient?: true }
  | { type: 'abort_turn' }
  | { type: 'tell_user' }
  | { type: 'tell_run' }
  | { type: 'project' }
  | { type: 'record_effects' }
  | { type: 'notify' }
  | { type: 'make_title' }
  | { type: 'compact' };

/**
 * One line of the log: the event as clients see it and, for `step_done`, the model's blocks as they came with the name
 * of the prompt head that they were made under; for `tool_ended`, the content of the result where it is not just text.
 */
export interface LogEntry {
  event: Event;
  raw: ModelBlock[] | null;
  binding: string | null;
}

export type Transition =
  | { ok: true; state: ConversationState; log: LogEntry[]; effects: Effect[]; receipts: Receipt[] }
  | { ok: false; refusal: ProblemCode };

/** The input of one type. */
export type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** Nothing changes, and whoever asked gets the code. */
export const refuse = (refusal: ProblemCode): Transition => ({ ok: false, refusal });
