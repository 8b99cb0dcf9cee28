/** A conversation with a clock for tests of schedules: time passes, the doorbell rings, runs end. */
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';
import { instant, parseInstant } from '#shared/core/schedule/instant.ts';
import { makeSchedule } from '#shared/core/schedule/make.ts';
import type { Receipt } from '#shared/core/schedule/schedule-state.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { Input } from '#shared/core/conversation/input.ts';
import { runAfter, type StoredRun } from '#shared/core/conversation/runs.ts';
import { type ConversationState, newConversation, schedulesOf } from '#shared/core/conversation/state.ts';
import { transition } from '#shared/core/conversation/transition.ts';
import { openQuestion, sendIntent } from './call-decisions.ts';
import { id, model } from './ids.ts';
import { called, cut, ended, failed, headOf } from './turn-reports.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const at = (text: string) => parseInstant(`2026-11-24T${text}Z`);

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

  /** The running turn begins: it has got its place, and its tools. */
  begin() {
    return this.apply({ type: 'equipped', ...headOf(this.state), tools: 'hash' });
  }

  /** The running turn ends. */
  end(outcome: 'completed' | 'failed' | 'limit' = 'completed', code = 'model_key_refused') {
    if (outcome === 'limit') return this.apply(cut(this.state));
    if (outcome === 'failed') return this.apply({ ...failed(this.state), code });
    const shownSeq = this.blind ? 0 : this.state.lastSeq;
    return this.apply({ ...ended(this.state), shownSeq });
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
    const head = this.#calls('ask_user', uses);
    const decisions = uses.map((use) => {
      const given = { id: questionId(use), turnId: head.turnId, toolUseId: use, kind: 'text' as const };
      const question = openQuestion({ ...given, title: 'Which?' }, this.now, this.now + 48 * HOUR);
      const callId = this.newId();
      return { toolUseId: use, type: 'ask' as const, input: {}, callId, question, toolHash: '' };
    });
    return this.apply({ type: 'calls_decided', ...head, decisions });
  }

  /** The running turn makes a call that writes; it is under way. */
  call(use: string) {
    const head = this.#calls('send', [use]);
    const intent = sendIntent({ callId: this.newId(), allowedBy: { type: 'setting' } }, this.now);
    const decision = { toolUseId: use, type: 'run' as const, input: {}, repeatable: false, intent };
    return this.apply({ type: 'calls_decided', ...head, decisions: [decision] });
  }

  /** The model ends its step with calls of these ids. Which attempt is to hear what is done about them. */
  #calls(name: string, uses: ReadonlyArray<string>) {
    const head = headOf(this.state);
    const calls = uses.map((use) => ({ id: use, name, input: {} }));
    this.apply(called(this.state, calls));
    return head;
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
