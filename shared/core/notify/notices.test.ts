import { expect, it } from 'vitest';
import type { Outcome } from '#shared/protocol/conversation.ts';
import { plainResult } from '#shared/core/conversation/calls.ts';
import { Play } from '#test/core/schedule-play.ts';
import { id } from '#test/core/ids.ts';
import { isLoud, noticesOf } from './notices.ts';

const at = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

it('keeps quiet in the hours that were chosen, also over midnight', () => {
  const night = { only: 'all', quiet: { from: '22:00', until: '07:00' } } as const;
  for (const [time, loud] of [
    ['21:59', true],
    ['22:00', false],
    ['00:00', false],
    ['06:59', false],
    ['07:00', true],
  ] as const)
    expect([time, isLoud('question', night, at(time))]).toEqual([time, loud]);
  const noon = { only: 'all', quiet: { from: '12:00', until: '13:00' } } as const;
  expect([isLoud('question', noon, at('12:30')), isLoud('question', noon, at('13:00'))]).toEqual([
    false,
    true,
  ]);
  const never = { only: 'all', quiet: { from: '12:00', until: '12:00' } } as const;
  expect(isLoud('question', never, at('12:00'))).toBe(true);
});

it('lets only what needs the person interrupt, when that was chosen', () => {
  const only = { only: 'needs_me', quiet: null } as const;
  const kinds = ['question', 'failure', 'paused', 'missed', 'result'] as const;
  expect(kinds.map((kind) => isLoud(kind, only, 0))).toEqual([true, true, true, true, false]);
});

it('calls a result only what is done, and tells nobody of a rehearsal', () => {
  const told = (rehearsal: boolean, outcome: Outcome, code: string | null) => {
    const play = new Play();
    if (rehearsal)
      play.apply({
        type: 'rehearse',
        name: 'News',
        instruction: 'look',
        turnId: id(7),
        messageId: id(8),
        model: { name: 'm', demo: true },
      });
    else {
      play.add({ immediate: true });
      play.ring();
    }
    play.end(outcome === 'failed' ? 'failed' : 'completed');
    const events = play.events.map((event) =>
      event.type === 'turn_ended' ? { ...event, outcome, code } : event,
    );
    const notices = noticesOf(events, {
      conversationId: id(1),
      title: null,
      runOf: () => [...play.runs.values()][0] ?? null,
      isOpen: () => true,
      saidIn: () => '',
    });
    return notices.map((notice) => `${notice.kind} ${notice.code}`);
  };
  expect(told(false, 'completed', null)).toEqual(['result null']);
  expect(told(false, 'unverified', 'outcome_unknown')).toEqual(['result outcome_unknown']);
  expect(told(false, 'limit', 'max_steps')).toEqual(['failure max_steps']);
  expect(told(false, 'expired', 'question_expired')).toEqual(['failure question_expired']);
  expect(told(false, 'stopped', null)).toEqual([]);
  expect(told(true, 'completed', null)).toEqual([]);
});

it('tells of a schedule that Claude stops in a run of its own, and not of one that it stops while one talks', () => {
  const told = (alone: boolean, change: 'paused' | 'removed') => {
    const play = new Play();
    const scheduleId = play.add({ immediate: true, name: 'News' });
    if (alone) play.ring();
    else play.say();
    play.call('a');
    const { turn } = play.state;
    const schedule =
      change === 'removed'
        ? ({ type: 'remove', scheduleId, timezone: 'UTC' } as const)
        : ({ type: 'change', scheduleId, change: { pause: true }, timezone: 'UTC' } as const);
    play.apply({
      type: 'call_ended',
      turnId: turn?.id ?? '',
      attempt: turn?.attempt ?? 0,
      toolUseId: 'a',
      result: { ...plainResult('ok', 'Stopped.'), schedule },
    });
    const notices = noticesOf(play.events, {
      conversationId: id(1),
      title: null,
      runOf: () => [...play.runs.values()][0] ?? null,
      isOpen: () => true,
      saidIn: () => '',
    });
    return notices.map(({ kind, source, code }) => [kind, source, code]);
  };
  expect(told(true, 'paused')).toEqual([['paused', 'News', 'assistant']]);
  expect(told(true, 'removed')).toEqual([['paused', 'News', 'removed']]);
  expect([told(false, 'paused'), told(false, 'removed')]).toEqual([[], []]);
});

it('tells that Claude archived the conversation in a run of its own, also where its call was told of before', () => {
  const told = (alone: boolean, by: 'assistant' | 'user', since = 0) => {
    const play = new Play();
    play.add({ immediate: true, name: 'News' });
    if (alone) play.ring();
    else play.say();
    play.call('a');
    const { turn } = play.state;
    play.apply({
      type: 'call_ended',
      turnId: turn?.id ?? '',
      attempt: turn?.attempt ?? 0,
      toolUseId: 'a',
      result: { ...plainResult('ok', 'At the end.'), archive: true },
    });
    const before = play.events.length;
    if (by === 'assistant') play.end();
    else play.apply({ type: 'archive', partial: '' });
    expect(play.state.status).toBe('archived');
    const notices = noticesOf(play.events.slice(since * before), {
      conversationId: id(1),
      title: 'Trip',
      runOf: (turnId) => play.runs.get(turnId) ?? null,
      isOpen: () => true,
      saidIn: () => '',
    });
    return notices.flatMap(({ kind, source, code }) => (kind === 'paused' ? [[source, code]] : []));
  };
  expect(told(true, 'assistant')).toEqual([[null, 'archived']]);
  expect(told(true, 'assistant', 1)).toEqual([[null, 'archived']]);
  expect([told(false, 'assistant'), told(true, 'user')]).toEqual([[], []]);
});
