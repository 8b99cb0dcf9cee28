/** For tests: a conversation that is played step by step, with calls that are decided by hand. */
import { expect } from 'vitest';
import type { Question } from '#shared/protocol/question.ts';
import { history } from '#shared/core/prompt/history.ts';
import type { CallDecision } from '#shared/core/tools/decide.ts';
import { closedBy, plainResult } from '#shared/core/conversation/calls.ts';
import type { Input, LogEntry } from '#shared/core/conversation/input.ts';
import {
  callsOf,
  type ConversationState,
  newConversation,
  questionsOf,
} from '#shared/core/conversation/state.ts';
import { transition } from '#shared/core/conversation/transition.ts';
import { openQuestion, sendIntent } from './call-decisions.ts';
import { id, model } from './ids.ts';
import { called, ended } from './turn-reports.ts';

export const HOUR = 3_600_000;

/** A conversation that is played step by step; refusals are left to the caller. */
export class Play {
  state: ConversationState = newConversation({ id: id(1), ownerId: id(2), kind: 'chat', title: null }, 0);
  log: LogEntry[] = [];
  now = 1_000;
  #n = 100;

  next = () => id((this.#n += 1));

  put(input: Input): boolean {
    const result = transition(this.state, input, (this.now += 10));
    if (!result.ok) return false;
    this.state = result.state;
    this.log.push(...result.log);
    return true;
  }

  say(): void {
    this.put({
      type: 'message',
      messageId: this.next(),
      text: 'hello',
      files: [],
      turnId: this.next(),
      model,
    });
  }

  head() {
    const { turn } = this.state;
    return { turnId: turn?.id ?? '', attempt: turn?.attempt ?? 0 };
  }

  /** The model ends its step: with calls of these names, or with words. */
  step(names: ReadonlyArray<string>): void {
    const calls = names.map((name) => ({ id: `use-${this.next()}`, name, input: { n: 1 } }));
    this.put(names.length > 0 ? called(this.state, calls) : ended(this.state));
  }

  decide(how: 'run' | 'ask' | 'refuse', repeatable = false): void {
    const decisions = callsOf(this.state)
      .filter(({ phase }) => phase === 'proposed' || phase === 'approved')
      .map((call): CallDecision => {
        const { toolUseId, input, callId = this.next(), phase, questionId = id(0) } = call;
        const isApproved = phase === 'approved';
        if (how === 'refuse') return { toolUseId, type: 'refuse', outcome: 'denied', text: 'no' };
        if (how === 'ask' && !isApproved)
          return { toolUseId, type: 'ask', input, callId, question: this.question(toolUseId), toolHash: '' };
        const allowedBy = isApproved
          ? { type: 'approval' as const, questionId }
          : { type: 'policy' as const };
        const intent = sendIntent({ callId, allowedBy }, this.now);
        return { toolUseId, type: 'run', input, repeatable, intent };
      });
    this.put({ type: 'calls_decided', ...this.head(), decisions });
  }

  question(toolUseId: string): Question {
    const { turnId } = this.head();
    const given = { id: this.next(), turnId, toolUseId, kind: 'approval' as const, title: 'Send' };
    return openQuestion(given, this.now, this.now + HOUR);
  }

  endOne(): void {
    const running = callsOf(this.state).find(({ phase }) => phase === 'running');
    if (running)
      this.put({
        type: 'call_ended',
        ...this.head(),
        toolUseId: running.toolUseId,
        result: plainResult('ok', 'done'),
      });
  }

  answer(outcome: 'approved' | 'rejected'): boolean {
    const [question] = questionsOf(this.state);
    if (!question) return false;
    const end = { ...closedBy(outcome), by: { device: 'here', typed: false } };
    return this.put({ type: 'answer', questionId: question.id, end, said: '', turnId: this.next(), model });
  }

  ended = () => this.log.flatMap(({ event }) => (event.type === 'tool_ended' ? [event] : []));
  asked = () => this.log.flatMap(({ event }) => (event.type === 'step_done' ? event.content : []));
}

/** What the API refuses: a call without exactly one result in the message that follows it. */
export function checkHistory(log: LogEntry[]): void {
  const messages = history(log, 'b');
  messages.forEach(({ role, content }, at) => {
    const calls = content.flatMap((block) => (block.type === 'tool_use' ? [String(block['id'])] : []));
    if (role !== 'assistant' || calls.length === 0) return;
    const results = (messages[at + 1]?.content ?? []).flatMap((block) =>
      block.type === 'tool_result' ? [String(block['tool_use_id'])] : [],
    );
    expect(results.toSorted()).toEqual(calls.toSorted());
  });
}
