/** The inputs about tool calls and questions. */
import { instant, parseInstant } from '../schedule/instant.ts';
import {
  afterLoss,
  changeCall,
  closedBy,
  closeQuestion,
  endCall,
  hasWork,
  isBlocked,
  noteAsked,
  plainResult,
} from './calls.ts';
import { type Draft, leaseMs } from './draft.ts';
import type { InputOf, Transition } from './input.ts';
import {
  callsOf,
  type ModelName,
  type PendingCall,
  questionsOf,
  remindAt,
  type RunningTurn,
} from './state.ts';
import { endOver, isShut, takeLetters, whyOver } from './transition-work.ts';

/** Open questions that a conversation may have; beyond it a call that would ask is refused. */
const maxOpen = 20;

/** After something about calls has changed: more to do, a person to wait for, or the model's turn again. */
function settle(draft: Draft, turn: RunningTurn): Transition {
  const over = whyOver(draft.state, turn, draft.now);
  const isRunning = callsOf(draft.state).some(({ phase }) => phase === 'running');
  if (over !== null && !isRunning) {
    endOver(draft, draft.turn(), over);
    return draft.done('project', 'tell_user', 'record_effects');
  }
  if (hasWork(draft.state)) {
    draft.set({ turn: { ...draft.turn(), leaseUntil: draft.now + leaseMs } });
    return draft.done('project', 'tell_user', 'record_effects');
  }
  if (isBlocked(draft.state)) {
    draft.endTurn(draft.turn(), 'waiting', null);
    draft.takeQueue();
    const untitled = draft.state.title === null ? (['make_title'] as const) : [];
    return draft.done('project', 'tell_user', 'record_effects', ...untitled);
  }
  takeLetters(draft, turn);
  // The next step is a new call of the model: its text must not be taken for more of the last one's.
  draft.set({ turn: { ...draft.turn(), attempt: turn.attempt + 1, leaseUntil: draft.now + leaseMs } });
  return draft.done('project', 'tell_user', 'record_effects');
}

export function onEquipped(draft: Draft, input: InputOf<'equipped'>): Transition {
  const turn = draft.current(input);
  if (turn === null || turn.tools !== undefined) return draft.done();
  draft.set({ turn: { ...turn, tools: input.tools } });
  return draft.done();
}

export function onCallsDecided(draft: Draft, input: InputOf<'calls_decided'>): Transition {
  const turn = draft.current(input);
  if (turn === null) return draft.done();
  for (const decision of input.decisions) {
    const { toolUseId } = decision;
    const call = callsOf(draft.state).find((each) => each.toolUseId === toolUseId);
    if (call === undefined || (call.phase !== 'proposed' && call.phase !== 'approved')) continue;
    // Looked at here too: between the decision and this commit the window may have ended.
    if (whyOver(draft.state, turn, draft.now) !== null) continue;
    switch (decision.type) {
      case 'refuse':
        endCall(draft, call, {
          ...plainResult(decision.outcome, decision.text),
          ...(decision.rehearsed === undefined ? {} : { rehearsed: decision.rehearsed }),
        });
        break;
      case 'run': {
        const { intent, input: given, repeatable } = decision;
        draft.log({
          type: 'tool_intended',
          turnId: turn.id,
          toolUseId,
          name: call.name,
          input: given,
          intent,
        });
        const { callId, risk, allowedBy } = intent;
        changeCall(draft, toolUseId, {
          phase: 'running',
          input: given,
          callId,
          risk,
          allowedBy,
          repeatable,
          startedAt: draft.now,
        });
        if (risk !== 'read' && risk !== 'store') draft.set({ turn: { ...draft.turn(), acted: true } });
        break;
      }
      case 'ask': {
        if (questionsOf(draft.state).length >= maxOpen) {
          const text = 'Not done: too many questions are waiting for the person already.';
          endCall(draft, call, plainResult('denied', text));
          break;
        }
        const { question, callId, toolHash, input: given } = decision;
        ask(draft, question);
        changeCall(draft, toolUseId, {
          phase: 'asked',
          input: given,
          callId,
          questionId: question.id,
          toolHash,
        });
        break;
      }
      default:
        return decision satisfies never;
    }
  }
  return settle(draft, turn);
}

function ask(draft: Draft, question: InputOf<'call_asks'>['question']): void {
  draft.log({ type: 'question_asked', turnId: draft.turn().id, question });
  draft.set({ questions: [...questionsOf(draft.state), question] });
  noteAsked(draft, question.title);
}

export function onCallEnded(draft: Draft, input: InputOf<'call_ended'>): Transition {
  const turn = draft.current(input);
  const call = callsOf(draft.state).find(({ toolUseId }) => toolUseId === input.toolUseId);
  if (turn === null || call?.phase !== 'running') return draft.done();
  endCall(draft, call, input.result);
  return settle(draft, turn);
}

export function onCallAsks(draft: Draft, input: InputOf<'call_asks'>): Transition {
  const turn = draft.current(input);
  const call = callsOf(draft.state).find(({ toolUseId }) => toolUseId === input.toolUseId);
  if (turn === null || call?.phase !== 'running') return draft.done();
  ask(draft, input.question);
  changeCall(draft, input.toolUseId, {
    phase: 'asked',
    questionId: input.question.id,
    resume: { state: input.state, answers: {} },
  });
  return settle(draft, turn);
}

/** A call of an earlier step was decided: it goes on now, or as soon as all of that step are decided. */
function goOn(
  draft: Draft,
  next: { turnId: string; model: ModelName; call: PendingCall; late: boolean; expired?: true },
): Transition {
  const { turnId, model, late } = next;
  const { runId, marks } = next.call;
  const carried = { ...(marks ? { marks } : {}), ...(next.expired ? { expired: next.expired } : {}) };
  // A person may go on after the window of a daily run; time may not.
  const isOver = next.expired === true && isShut(draft.state, draft.now);
  const mayStart = draft.state.status !== 'archived' && !isOver;
  draft.settleStatus();
  if (draft.state.turn !== null) {
    // The running turn may be past its last look at results: then another one tells of this.
    if (late) draft.set({ untold: { seq: draft.state.lastSeq, turnId, runId, ...carried } });
  } else if (mayStart && (hasWork(draft.state) || !isBlocked(draft.state))) {
    draft.startTurn({ turnId, trigger: 'answer', replaces: null, model, runId, ...carried });
  }
  return draft.done('tell_user', 'project', 'record_effects');
}

const rejected = (reason: string | null): string =>
  reason === null || reason.trim() === ''
    ? 'Not done: the person rejected this call.'
    : `Not done: the person rejected this call and said: ${reason}`;

export function onAnswer(draft: Draft, input: InputOf<'answer'>): Transition {
  const { questionId, end, said, turnId, model } = input;
  const question = questionsOf(draft.state).find(({ id }) => id === questionId);
  const call = callsOf(draft.state).find((each) => each.questionId === questionId && each.phase === 'asked');
  if (question === undefined || call === undefined || parseInstant(question.expiresAt) <= draft.now)
    return { ok: false, refusal: 'question_closed' };
  closeQuestion(draft, questionId, end);
  const isApproved = end.outcome === 'approved';
  const approved = { phase: 'approved', nextTurnId: turnId } as const;
  if (isApproved) changeCall(draft, call.toolUseId, { ...approved, input: end.input ?? call.input });
  else if (end.outcome === 'rejected') endCall(draft, call, plainResult('denied', rejected(end.reason)));
  else if (call.resume)
    changeCall(draft, call.toolUseId, {
      ...approved,
      resume: { ...call.resume, answers: end.answers ?? {} },
    });
  else endCall(draft, call, plainResult('ok', said));
  const ended = !callsOf(draft.state).some(({ toolUseId }) => toolUseId === call.toolUseId);
  return goOn(draft, { turnId, model, call, late: ended && call.late === true });
}

const expired = (call: PendingCall): string =>
  call.name === 'ask_user'
    ? 'Not answered: the person did not answer in time.'
    : 'Not done: nobody decided in time, and no answer is a no. Nothing was sent.';

export function onQuestionsDue(draft: Draft, input: InputOf<'questions_due'>): Transition {
  let last: PendingCall | null = null;
  for (const question of questionsOf(draft.state)) {
    if (parseInstant(question.expiresAt) > draft.now) {
      if (question.remindedAt === null && remindAt(question) <= draft.now) {
        draft.log({ type: 'question_reminded', questionId: question.id });
        const remindedAt = instant(draft.now);
        const questions = questionsOf(draft.state).map((each) =>
          each.id === question.id ? { ...each, remindedAt } : each,
        );
        draft.set({ questions });
      }
      continue;
    }
    closeQuestion(draft, question.id, closedBy('expired'));
    const call = callsOf(draft.state).find(({ questionId }) => questionId === question.id);
    if (call === undefined) continue;
    endCall(draft, call, plainResult('expired', expired(call)));
    last = call;
  }
  if (last === null) return draft.done('tell_user', 'project');
  const { turnId, model } = input;
  draft.closing = { outcome: 'expired', code: 'question_expired' };
  return goOn(draft, { turnId, model, call: last, late: last.late === true, expired: true });
}

/** What was running when the process died. False when nothing is left to do but to wait for a person. */
export function recoverCalls(draft: Draft): boolean {
  afterLoss(draft);
  return hasWork(draft.state) || !isBlocked(draft.state);
}

export function onChooseConnections(draft: Draft, input: InputOf<'choose_connections'>): Transition {
  const { connections: _before, ...rest } = draft.state;
  draft.state = input.connections === null ? rest : { ...rest, connections: input.connections };
  return draft.done('tell_user', 'project');
}
