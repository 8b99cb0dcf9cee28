/** A conversation with a clock for tests of schedules: time passes, the doorbell rings, runs end. */
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';
import { instant, parseInstant } from '#shared/core/schedule/instant.ts';
import { makeSchedule } from '#shared/core/schedule/make.ts';
import type { Receipt } from '#shared/core/schedule/schedule-state.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { Input } from '#shared/core/conversation/input.ts';
import { runAfter, type StoredRun } from '#shared/core/conversation/runs.ts';
import {
  type ConversationState,
  newConversation,
  noUsage,
  schedulesOf,
} from '#shared/core/conversation/state.ts';
import { transition } from '#shared/core/conversation/transition.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const at = (text: string) => parseInstant(`2026-11-24T${text}Z`);
export const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const model = { name: 'claude-sonnet-5-5', demo: false };

const timeOf = (ms: number) => instant(ms).slice(11, 16);

/** The id of the question of a call that was named `use`. */
const questionId = (use: string) => id(5_000 + use.charCodeAt(0));

/** A conversation with a clock, and the receipts of its schedules by due time. */
export class Play {
  state: ConversationState = newConversation({ id: id(1), ownerId: id(2), kind: 'chat', title: 't' }, 0);
  now = at('06:00');
  /** The model was asked before whatever happened last. */
  blind = false;
  readonly receipts: Receipt[] = [];
  readonly events: Event[] = [];
  /** The ledger. */
  readonly runs = new Map<string, StoredRun>();
  #ids = 100;

  apply(input: Input) {
    const decided = transition(this.state, input, this.now);
    if (!decided.ok) return decided.refusal;
    this.state = decided.state;
    this.receipts.push(...decided.receipts);
    for (const { event } of decided.log) this.#note(event);
    return decided.log.map(({ event }) => event.type);
  }

  #turns = new Map<string, string>();

  #note(event: Event) {
    this.events.push(event);
    if (event.type === 'turn_started') this.#turns.set(event.turnId, event.runId);
    const runId = 'turnId' in event ? this.#turns.get(event.turnId) : undefined;
    const run = runId === undefined ? null : runAfter(id(1), this.runs.get(runId) ?? null, event);
    if (run !== null) this.runs.set(run.id, run);
  }

  /** How the runs stand, in the order in which they began. */
  stands = () =>
    [...this.runs.values()].map(({ status, outcome, code }) =>
      [status, outcome, code].filter((word) => word !== null).join(' '),
    );

  newId = () => id((this.#ids += 1));

  add(given: Partial<CreateSchedule>) {
    const made = makeSchedule(
      { instruction: 'look', ...given },
      { id: this.newId(), ownZone: 'UTC', now: this.now },
    );
    if (!made.ok) throw new Error(made.detail);
    const said = this.apply({ type: 'add_schedule', schedule: made.schedule, by: 'user' });
    if (typeof said === 'string') throw new Error(said);
    return made.schedule.id;
  }

  /** Time passes, and the doorbell rings once. */
  ring(time = this.now) {
    this.now = time;
    const ids = schedulesOf(this.state).flatMap(() => [this.newId(), this.newId()]);
    return this.apply({ type: 'schedules_due', ids, model });
  }

  /** The running turn ends. */
  end(outcome: 'completed' | 'failed' = 'completed', code = 'model_key_refused') {
    const { turn } = this.state;
    if (turn === null) throw new Error('nothing runs');
    const report = { turnId: turn.id, attempt: turn.attempt };
    if (outcome === 'failed')
      return this.apply({
        ...report,
        type: 'step_failed',
        code,
        retryable: false,
        retryAfterMs: null,
        jitter: 0,
        partial: '',
        usage: noUsage,
      });
    return this.apply({
      ...report,
      type: 'step_done',
      content: [{ type: 'text', text: 'looked' }],
      raw: [{ type: 'text', text: 'looked' }],
      binding: '',
      stopReason: 'end_turn',
      usage: noUsage,
      model: model.name,
      end: { outcome, code: null },
      calls: [],
      shownSeq: this.blind ? 0 : this.state.lastSeq,
    });
  }

  schedule = (n = 0) => {
    const schedule = schedulesOf(this.state)[n];
    if (schedule === undefined) throw new Error('no such schedule');
    return schedule;
  };

  /** What the receipts say in the end: the later of two about one due time holds. */
  said = () => {
    const last = new Map(
      this.receipts.map(({ scheduleId, dueAt, lastDueAt, count, status, reason }) => [
        `${scheduleId} ${dueAt}`,
        `${timeOf(dueAt)}${count > 1 ? `-${timeOf(lastDueAt)} x${count}` : ''} ${status} ${reason}`,
      ]),
    );
    return [...last.values()];
  };

  /** The running turn asks its person, and waits. Each name is that of a call and its question. */
  ask(...names: ReadonlyArray<string>) {
    const uses = names.length === 0 ? ['a'] : names;
    const { turn } = this.state;
    const report = { turnId: turn?.id ?? '', attempt: turn?.attempt ?? 0 };
    this.apply({
      ...report,
      type: 'step_done',
      content: [],
      raw: uses.map((use) => ({ type: 'tool_use', id: use, name: 'ask_user', input: {} })),
      binding: '',
      stopReason: 'tool_use',
      usage: noUsage,
      model: model.name,
      end: null,
      calls: uses.map((use) => ({ id: use, name: 'ask_user', input: {} })),
      shownSeq: this.state.lastSeq,
    });
    const decisions = uses.map((use) => {
      const question = {
        id: questionId(use),
        turnId: report.turnId,
        runId: report.turnId,
        toolUseId: use,
        kind: 'text' as const,
        title: 'Which?',
        fields: [],
        approval: null,
        from: null,
        url: null,
        askedAt: instant(this.now),
        expiresAt: instant(this.now + 48 * HOUR),
        remindedAt: null,
      };
      const callId = this.newId();
      return { toolUseId: use, type: 'ask' as const, input: {}, callId, question, toolHash: '' };
    });
    return this.apply({ type: 'calls_decided', ...report, decisions });
  }

  /** The running turn makes a call that writes; it is under way. */
  call(use: string) {
    const { turn } = this.state;
    const report = { turnId: turn?.id ?? '', attempt: turn?.attempt ?? 0 };
    this.apply({
      ...report,
      type: 'step_done',
      content: [],
      raw: [{ type: 'tool_use', id: use, name: 'send', input: {} }],
      binding: '',
      stopReason: 'tool_use',
      usage: noUsage,
      model: model.name,
      end: null,
      calls: [{ id: use, name: 'send', input: {} }],
      shownSeq: this.state.lastSeq,
    });
    const intent = {
      callId: this.newId(),
      toolKey: 'send',
      title: 'Send',
      from: null,
      risk: 'send' as const,
      allowedBy: { type: 'setting' as const },
      startedAt: instant(this.now),
    };
    const decision = { toolUseId: use, type: 'run' as const, input: {}, repeatable: false, intent };
    return this.apply({ ...report, type: 'calls_decided', decisions: [decision] });
  }

  stop = () => this.apply({ type: 'stop', partial: '' });

  say() {
    const [messageId, turnId] = [this.newId(), this.newId()];
    return this.apply({ type: 'message', messageId, text: 'hello', files: [], turnId, model });
  }

  /** Time decides about questions. */
  questionsDue(days = 2) {
    this.now += days * 24 * HOUR;
    return this.apply({ type: 'questions_due', turnId: this.newId(), model });
  }

  answer(use = 'a') {
    return this.apply({
      type: 'answer',
      questionId: questionId(use),
      end: { outcome: 'answered', by: null, reason: null, answers: {}, input: null, ruleId: null },
      said: 'that one',
      turnId: this.newId(),
      model,
    });
  }
}
