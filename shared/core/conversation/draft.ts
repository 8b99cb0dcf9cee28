/** The next state under construction: what the inputs of `transition` have in common. Leaves its source untouched. */
import type { Outcome, RunSource } from '#shared/protocol/conversation.ts';
import type { Event } from '#shared/protocol/events.ts';
import { isNotable } from '../notify/notices.ts';
import { instant } from '../schedule/instant.ts';
import type { Receipt } from '../schedule/schedule-state.ts';
import type { ModelBlock } from '../turn/ports.ts';
import { hasWork, letGo } from './calls.ts';
import type { Effect, LogEntry, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import {
  callsOf,
  type ConversationState,
  isInBackground,
  type ModelName,
  noUsage,
  oldRehearsal,
  type PendingCall,
  questionsOf,
  type RunMarks,
  type RunningTurn,
  waitsForPlace,
} from './state.ts';
import { endRun } from './schedule-ends.ts';
import { startHeld } from './schedule-runs.ts';
import { endHookRun } from './transition-webhooks.ts';
import { isForBoard, isShut, notDone } from './transition-work.ts';
import { closeRuns, noteWaiting, type RunEnd, runEnd } from './waiting-runs.ts';

/** How long an attempt holds its turn before recovery looks after it; each committed step extends it. */
export const leaseMs = 60_000;

const late = (call: PendingCall): PendingCall => ({ ...call, late: true });

/** An event before it has its place in the log. */
type Unplaced = Event extends infer Each ? (Each extends Event ? Omit<Each, 'seq' | 'at'> : never) : never;

export class Draft {
  state: ConversationState;
  readonly now: number;
  readonly #entries: LogEntry[] = [];
  readonly #effects: Effect[] = [];
  readonly #receipts: Receipt[] = [];
  /** As it was before this decision. */
  readonly before: ConversationState;
  /** How the runs end whose question goes in this decision, if nothing goes on with them. */
  closing: RunEnd | null = null;

  constructor(state: ConversationState, now: number) {
    this.before = state;
    this.state = state;
    this.now = now;
  }

  set(change: Partial<ConversationState>): void {
    this.state = { ...this.state, ...change };
  }

  log(event: Unplaced, raw: ModelBlock[] | null = null, binding: string | null = null): void {
    const seq = this.state.lastSeq + 1;
    const head = { seq, at: instant(this.now) };
    this.#entries.push({ event: { ...event, ...head } as Event, raw, binding });
    this.set({ lastSeq: seq });
  }

  receipt(receipt: Receipt): void {
    this.#receipts.push(receipt);
  }

  /** The running turn, if the report is of its present attempt; else the report is of a ghost. */
  current(report: { turnId: string; attempt: number }): RunningTurn | null {
    const { turn } = this.state;
    return turn && turn.id === report.turnId && turn.attempt === report.attempt && turn.retryAt === null
      ? turn
      : null;
  }

  turn(): RunningTurn {
    const { turn } = this.state;
    if (turn === null) throw new Error('there is no turn');
    return turn;
  }

  /** Starts a turn. It takes in everything queued, unless it writes a reply again. */
  startTurn(start: {
    turnId: string;
    trigger: 'message' | 'regenerate' | 'queue' | 'answer' | 'schedule' | 'webhook' | 'board';
    /** The run that it goes on with; without it the turn begins one. */
    runId?: string;
    replaces: string | null;
    model: ModelName;
    /** The schedule whose due time this is, or the webhook whose deliveries. */
    source?: RunSource;
    marks?: RunMarks;
    /** A question of the run was not answered in time. */
    expired?: true;
    /** Nobody waits for it: it may let others come in first. */
    patient?: boolean;
  }): void {
    // A turn that writes again, goes on with an answer or works by itself leaves what is queued where it is.
    const byItself = start.trigger === 'schedule' || start.trigger === 'webhook';
    const again = start.replaces !== null || start.trigger === 'answer' || byItself;
    const runId = start.runId ?? start.turnId;
    this.log({
      type: 'turn_started',
      turnId: start.turnId,
      runId,
      trigger: start.trigger,
      messageIds: again ? [] : this.state.queue,
      replaces: start.replaces,
      model: start.model.name,
      demo: start.model.demo,
      ...(start.source === undefined ? {} : { source: start.source }),
    });
    if (!again) this.set({ queue: [], nextTurnId: null });
    // What still waits for a person is told to the model as waiting, and its result comes as news.
    if (start.trigger !== 'answer') this.set({ calls: callsOf(this.state).map(late) });
    const turn = {
      id: start.turnId,
      runId,
      model: start.model,
      attempt: 1,
      step: 0,
      failures: 0,
      interruptions: 0,
      startedAt: this.now,
      leaseUntil: this.now + leaseMs,
      retryAt: null,
      ...(start.replaces === null ? {} : { replaces: start.replaces }),
      ...(start.marks === undefined ? {} : { marks: start.marks }),
      ...(start.expired === undefined ? {} : { expired: start.expired }),
      ...(start.patient === true ? { waits: 0 } : {}),
      ...(isShut(this.state, this.now) ? { free: true as const } : {}),
      usage: noUsage,
    };
    noteWaiting(this, turn, false);
    this.attempt(turn);
  }

  /** Changes the carry-forward note; an empty one is none. The same again changes nothing. */
  setNote(text: string, by: 'user' | 'assistant'): void {
    const { note, ...rest } = this.state;
    if ((note?.text ?? '') === text) return;
    this.log({ type: 'note_changed', text, by });
    const { lastSeq } = this.state;
    const kept = text === '' ? {} : { note: { text, by, updatedAt: instant(this.now) } };
    this.state = { ...rest, lastSeq, ...kept };
  }

  /** Lets an attempt begin: it holds the lease, and the shell starts it after the commit. */
  attempt(turn: RunningTurn): void {
    this.set({ turn: { ...turn, retryAt: null, leaseUntil: this.now + leaseMs } });
    const { id: turnId, attempt } = turn;
    const patience = waitsForPlace(turn) ? ({ patient: true } as const) : {};
    this.#effects.push({ type: 'start_turn', turnId, attempt, ...patience });
  }

  /** Puts the turn to wait for its next attempt. */
  retry(turn: RunningTurn, code: string, retryAt: number): void {
    this.log({
      type: 'turn_retrying',
      turnId: turn.id,
      attempt: turn.attempt + 1,
      code,
      retryAt: instant(retryAt),
    });
    this.set({ turn: { ...turn, retryAt } });
  }

  /** Keeps text that was cut off, so that nobody loses what they have read. It has no signature and no calls. */
  keepPartial(turn: RunningTurn, text: string, stopReason: 'stopped' | 'error'): void {
    // The API refuses blank text, and would refuse the conversation with it from then on.
    if (text.trim() === '') return;
    this.log(
      {
        type: 'step_done',
        turnId: turn.id,
        attempt: turn.attempt,
        step: turn.step + 1,
        content: [{ type: 'text', text }],
        stopReason,
        usage: noUsage,
        model: turn.model.name,
      },
      [{ type: 'text', text }],
    );
    this.set({ preview: oneLine(text), lastReplySeq: this.state.lastSeq });
    if (this.state.turn) this.set({ turn: { ...this.state.turn, spoke: true } });
  }

  endTurn(given: RunningTurn, outcome: Outcome, code: string | null): void {
    // What became of calls in this decision was noted on the turn in the state.
    const { marks: noted = given.marks } = this.state.turn ?? {};
    const old = oldRehearsal(this.state, given.runId, this.now);
    const marks = old === undefined ? noted : { ...old, ...noted };
    const turn = marks === undefined ? given : { ...given, marks };
    const run = runEnd(this.state, turn, outcome);
    this.log({
      type: 'turn_ended',
      turnId: turn.id,
      outcome,
      code,
      usage: turn.usage,
      durationMs: this.now - turn.startedAt,
      ...(run === null ? {} : { run }),
    });
    const end = run ?? { outcome, code };
    const spoke = this.state.turn?.spoke ?? turn.spoke ?? false;
    const stands = !spoke && turn.replaces !== undefined ? { replaces: turn.replaces } : {};
    const why = code === null ? {} : { code };
    const acted = turn.acted === true ? { acted: turn.acted } : {};
    const marked = marks === undefined ? {} : { marks };
    this.set({ turn: null, lastTurn: { id: turn.id, outcome, ...why, ...stands, ...acted, ...marked } });
    noteWaiting(this, turn, end.outcome === 'waiting');
    const { pendingSummary, ...rest } = this.state;
    if (pendingSummary !== undefined) {
      this.log({ type: 'context_compacted', ...pendingSummary });
      this.state = { ...rest, lastSeq: this.state.lastSeq };
    }
    endRun(this, turn.runId, end.outcome, end.code);
    endHookRun(this, turn.runId, end.outcome, end.code);
    this.settleStatus();
  }

  /** `waiting_input` while a question is open, `background` with a live schedule, else `active`; archived stays. */
  settleStatus(): void {
    const { status, waitingFor } = this.state;
    if (status === 'archived') return;
    const open = questionsOf(this.state);
    const why = open.some(({ kind }) => kind === 'approval') ? 'approval' : 'question';
    const next =
      open.length > 0
        ? ({ status: 'waiting_input', waitingFor: why } as const)
        : ({ status: isInBackground(this.state) ? 'background' : 'active', waitingFor: null } as const);
    if (next.status === status && next.waitingFor === waitingFor) return;
    this.log({ type: 'status_changed', ...next, by: 'system' });
    this.set(next);
  }

  /**
   * Goes on with what was queued meanwhile, or with a result that the model has not seen. After a stop nobody calls
   * this: stopped means stopped.
   */
  takeQueue(): void {
    const { queue, nextTurnId, status } = this.state;
    const last = this.before.turn;
    if (status === 'archived' || !last) return;
    // After the window of a daily run only a person begins a turn: nothing goes on by itself.
    if (last.free !== true && isShut(this.state, this.now)) {
      letGo(this, notDone.deadline);
      return;
    }
    const { model } = last;
    if (queue.length > 0 && nextTurnId !== null)
      this.startTurn({ turnId: nextTurnId, trigger: 'queue', replaces: null, model });
    else if (this.state.untold) {
      const { untold, ...rest } = this.state;
      const { turnId, runId, marks, expired } = untold;
      // Only once: a turn that fails must not begin itself anew for ever.
      this.state = rest;
      const carried = { ...(marks ? { marks } : {}), ...(expired ? { expired } : {}) };
      this.startTurn({ turnId, trigger: 'answer', replaces: null, model, runId, ...carried });
    } else if (hasWork(this.state)) this.#makeAnswered(model);
    else startHeld(this, model);
  }

  /** A yes came while the model said its last words: no step of that turn has looked at the call any more. */
  #makeAnswered(model: ModelName): void {
    const call = callsOf(this.state).find(({ phase }) => phase === 'approved');
    // An older version did not note the turn; no other one has the id of the question.
    const turnId = call?.nextTurnId ?? call?.questionId;
    if (call === undefined || turnId === undefined) return;
    const { runId, marks } = call;
    const carried = marks ? { marks } : {};
    this.startTurn({ turnId, trigger: 'answer', replaces: null, model, runId, ...carried });
  }

  /** Ends the decision. Without a change there is no new revision and nothing to do. */
  done(...types: ReadonlyArray<Exclude<Effect['type'], 'start_turn'>>): Transition {
    closeRuns(this, this.closing);
    if (this.state === this.before)
      return { ok: true, state: this.state, log: [], effects: [], receipts: [] };
    this.set({
      rev: this.state.rev + 1,
      updatedAt: this.#entries.length > 0 ? this.now : this.state.updatedAt,
    });
    const notable = this.#entries.some(({ event }) => isNotable(event));
    const news: Effect[] = notable ? [{ type: 'notify' }] : [];
    const heard = this.#entries.some(({ event }) => isForBoard(event.type));
    if (this.state.work !== undefined && heard) news.push({ type: 'tell_run' });
    const effects = [...this.#effects, ...types.map((type) => ({ type })), ...news];
    return { ok: true, state: this.state, log: this.#entries, effects, receipts: this.#receipts };
  }
}
