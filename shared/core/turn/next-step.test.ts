import { expect, it } from 'vitest';
import { noUsage } from '../conversation/state.ts';
import { maxSteps, nextStep } from './next-step.ts';
import type { ModelBlock, ModelReply } from './ports.ts';

const words: ModelBlock = { type: 'text', text: 'words' };
const call: ModelBlock = { type: 'tool_use', id: 'k', name: 'send', input: { to: 'a' } };
const reply = (stopReason: string, blocks: ModelBlock[]): ModelReply => ({
  ok: true,
  blocks,
  stopReason,
  stopDetail: null,
  usage: noUsage,
  model: 'm',
});

it('decides every stop reason, and never calls a cut reply completed', () => {
  const verdict = (stopReason: string, blocks = [words]) => {
    const next = nextStep(reply(stopReason, blocks), 1);
    return next.type === 'end' ? `${next.outcome}:${next.code}` : next.type;
  };
  expect(verdict('end_turn')).toBe('completed:null');
  expect(verdict('stop_sequence')).toBe('completed:null');
  expect(verdict('tool_use', [words, call])).toBe('tools');
  expect(verdict('tool_use', [words])).toBe('failed:bad_reply');
  expect(verdict('pause_turn')).toBe('again');
  expect(verdict('max_tokens')).toBe('limit:max_tokens');
  expect(verdict('model_context_window_exceeded')).toBe('limit:context_window');
  expect(verdict('refusal')).toBe('failed:refusal');
  expect(verdict('a_reason_of_next_year')).toBe('failed:unknown_stop_reason');
  expect(verdict('none')).toBe('failed:unknown_stop_reason');
});

it('calls a turn that said nothing at all failed, unless tools did the work', () => {
  expect(nextStep(reply('end_turn', []), 1)).toMatchObject({ outcome: 'failed', code: 'empty_reply' });
  expect(nextStep(reply('end_turn', [{ type: 'text', text: ' ' }]), 1)).toMatchObject({
    code: 'empty_reply',
  });
  expect(nextStep(reply('end_turn', []), 2)).toMatchObject({ outcome: 'completed' });
});

it('drops a half-written tool call from a cut reply, whatever cut it', () => {
  for (const reason of ['max_tokens', 'model_context_window_exceeded', 'refusal', 'something_new']) {
    expect(nextStep(reply(reason, [words, call]), 1).blocks).toEqual([words]);
  }
});

it('ends a loop at the limit of steps without running what it asked for last', () => {
  const next = nextStep(reply('tool_use', [words, call]), maxSteps);
  expect(next).toEqual({ type: 'end', outcome: 'limit', code: 'max_steps', blocks: [words] });
  expect(nextStep(reply('pause_turn', [words]), maxSteps)).toMatchObject({ outcome: 'limit' });
});
