/** The inputs about the conversation as a whole: archived and restored, its title, its summary, what it cost. */
import { addUsage } from '../money/prices.ts';
import { breakOff, letGo, withdraw } from './calls.ts';
import type { Draft } from './draft.ts';
import type { InputOf, Transition } from './input.ts';
import { isInBackground, type RunningTurn } from './state.ts';
import { pauseAll, resumeAll } from './transition-schedules.ts';
import { pauseHooks, resumeHooks } from './transition-webhooks.ts';

/** Ends the running turn as its person wants it: what was said stays, and nothing new is called. */
export function breakTurn(draft: Draft, turn: RunningTurn, partial: string, code: 'archived' | null): void {
  draft.keepPartial(turn, partial, 'stopped');
  breakOff(draft, turn.id);
  draft.closing = { outcome: 'stopped', code };
  draft.endTurn(draft.turn(), 'stopped', code);
}

export function onTitle(draft: Draft, title: string, by: 'user' | 'model'): Transition {
  // A title given by hand stands, however late the model's answer comes.
  if (by === 'model' && draft.state.titleBy === 'user') return draft.done();
  if (by === draft.state.titleBy && title === draft.state.title) return draft.done();
  draft.log({ type: 'title_changed', title, by });
  draft.set({ title, titleBy: by });
  return draft.done('tell_user', 'project');
}

/** What waits for a person waits for nobody in an archived conversation. */
export function archive(draft: Draft, by: 'user' | 'assistant'): void {
  const { archiveAtEnd: _done, ...rest } = draft.state;
  draft.state = rest;
  const why = 'Not done: the conversation was archived first.';
  letGo(draft, why);
  withdraw(draft, () => true, why);
  draft.closing = { outcome: 'stopped', code: 'archived' };
  pauseAll(draft);
  pauseHooks(draft);
  draft.log({ type: 'status_changed', status: 'archived', waitingFor: null, by });
  draft.set({ status: 'archived', waitingFor: null });
}

export function onArchive(draft: Draft, input: InputOf<'archive'>): Transition {
  const { turn, status } = draft.state;
  if (status === 'archived') return draft.done();
  if (turn !== null) breakTurn(draft, turn, input.partial, 'archived');
  archive(draft, 'user');
  const ended = turn === null ? [] : (['abort_turn'] as const);
  return draft.done('tell_user', 'project', 'record_effects', ...ended);
}

export function onRestore(draft: Draft): Transition {
  if (draft.state.status !== 'archived') return draft.done();
  draft.set({ status: 'active' });
  resumeAll(draft);
  resumeHooks(draft);
  const status = isInBackground(draft.state) ? 'background' : 'active';
  draft.log({ type: 'status_changed', status, waitingFor: null, by: 'user' });
  draft.set({ status });
  return draft.done('tell_user', 'project');
}

export function onCompacted(draft: Draft, input: InputOf<'compacted'>): Transition {
  draft.set({ usage: addUsage(draft.state.usage, input.usage) });
  const { throughSeq, summary, usage } = input;
  // A running turn must not find another history at its next step: it waits for the end of that turn.
  if (draft.state.turn !== null) draft.set({ pendingSummary: { throughSeq, summary, usage } });
  else draft.log({ type: 'context_compacted', throughSeq, summary, usage });
  return draft.done('tell_user', 'project');
}

export function onSpent(draft: Draft, input: InputOf<'spent'>): Transition {
  draft.set({ usage: addUsage(draft.state.usage, input.usage) });
  return draft.done('project');
}

export function onTitleMade(draft: Draft, input: InputOf<'title_made'>): Transition {
  draft.set({ usage: addUsage(draft.state.usage, input.usage) });
  return onTitle(draft, input.title, 'model');
}
