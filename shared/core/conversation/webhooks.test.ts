import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, Play } from '#test/core/hook-play.ts';
import type { WhileBusy } from '#shared/protocol/webhook.ts';
import { questionOf } from '#shared/protocol/fixtures.ts';
import { id } from '#test/core/ids.ts';
import { heldUntil, maxWaitingBytes, maxWaitingRuns, waitingIn } from '../webhooks/hook-state.ts';
import { makeHook } from '../webhooks/make.ts';
import { maxRunsPerHour, promptRuns } from '../webhooks/pace.ts';
import { transition } from './transition.ts';
import { webhooksDue } from './transition-webhooks.ts';

describe('a delivery', () => {
  it('starts a run whose id its sender was told', () => {
    const play = new Play();
    expect(play.state.status).toBe('background');
    const runId = play.deliver();
    expect(play.state.turn).toMatchObject({ id: runId, runId });
    expect(play.runs).toEqual([{ id: runId, count: 1 }]);
    play.end();
    expect(play.hook).toMatchObject({ open: null, waiting: [], failures: 0 });
  });

  it('gets a run of its own while the conversation is at work, in order', () => {
    const play = new Play('queue');
    const told = [play.deliver(), play.deliver(), play.deliver()];
    expect(play.runs).toHaveLength(1);
    play.end();
    play.end();
    play.end();
    expect(play.runs.map(({ id: run }) => run)).toEqual(told);
  });

  it('shares the next run with all that wait, when that was chosen', () => {
    const play = new Play('merge');
    play.deliver();
    const told = Array.from({ length: 5 }, () => play.deliver());
    expect(new Set(told).size).toBe(1);
    play.end();
    expect(play.runs.at(-1)).toEqual({ id: told[0], count: 5 });
  });

  it('is let go while the conversation is at work, when that was chosen', () => {
    const play = new Play('ignore');
    play.deliver();
    expect(play.deliver()).toBe('ignored');
    play.end();
    expect(play.deliver()).toBe(play.state.turn?.id);
  });

  it('waits while a person is asked', () => {
    const play = new Play();
    play.state = { ...play.state, questions: [questionOf(5, { kind: 'text', approval: null })] };
    play.deliver();
    expect(play.runs).toEqual([]);
    expect(webhooksDue(play.state)).toBeNull();
    expect(waitingIn(play.hook)).toBe(1);
  });
});

describe('a burst', () => {
  it('of ten thousand is never more than the allowed runs, and loses none', () => {
    for (const whileBusy of ['queue', 'merge'] as const) {
      const play = new Play(whileBusy);
      for (let n = 0; n < 10_000; n += 1) play.deliver();
      const start = play.now;
      while (waitingIn(play.hook) > 0 || play.state.turn !== null) {
        if (play.state.turn !== null) play.end();
        else play.ring(play.now + MINUTE);
        expect(play.hook.startedAt.filter((at) => at > play.now - HOUR).length).toBeLessThanOrEqual(
          maxRunsPerHour,
        );
      }
      expect(play.runs.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
      expect(play.runs.length).toBeLessThanOrEqual(whileBusy === 'merge' ? 2 : maxWaitingRuns + 1);
      expect(play.now - start).toBeLessThan(HOUR);
    }
  });

  it('of one a second for an hour has runs to its end, and each delivery is in one of them', () => {
    for (const whileBusy of ['queue', 'merge'] as const) {
      const play = new Play(whileBusy);
      const [start, told] = [play.now, [] as string[]];
      const startedAt: number[] = [];
      const go = (second: number) => {
        const before = play.runs.length;
        play.ring(start + second * 1_000);
        if (second < 3_600) told.push(play.deliver());
        startedAt.push(...Array.from({ length: play.runs.length - before }, () => second));
        if (play.state.turn !== null) play.end();
      };
      for (let second = 0; second < 3_600; second += 1) go(second);
      expect(startedAt).toHaveLength(maxRunsPerHour);
      expect(startedAt[0]).toBe(0);
      expect(startedAt.at(-1)).toBeGreaterThan(53 * 60);
      for (let second = 3_600; waitingIn(play.hook) > 0; second += 1) go(second);
      const shares = Map.groupBy(told, (runId) => runId);
      expect(play.runs).toEqual([...shares].map(([id, each]) => ({ id, count: each.length })));
      expect(told).toHaveLength(3_600);
    }
  });

  it('over hours keeps to the limit of each', () => {
    const play = new Play('queue');
    for (let minute = 0; minute < 180; minute += 1) {
      play.ring(play.now + MINUTE);
      play.deliver();
      if (play.state.turn !== null) play.end();
    }
    expect(play.runs.length).toBeLessThanOrEqual(3 * maxRunsPerHour + 1);
    expect(play.runs.length).toBeGreaterThanOrEqual(3 * maxRunsPerHour - 1);
  });
});

describe('by hand', () => {
  const held = (whileBusy: WhileBusy) => {
    const play = new Play(whileBusy);
    while (heldUntil(play.hook, play.now) === null) {
      if (play.state.turn === null) play.deliver();
      else play.end();
    }
    return play;
  };

  it('a run comes before those that wait, and keeps no pause', () => {
    for (const whileBusy of ['queue', 'merge', 'ignore'] as const) {
      const play = held(whileBusy);
      const [waits] = play.hook.waiting;
      const [first, second] = [play.deliver(10, true), play.deliver(10, true)];
      expect(play.state.turn?.id).toBe(first);
      expect(play.why(second)).toEqual({ reason: 'at_work', until: null });
      play.end();
      expect(play.state.turn?.id).toBe(second);
      play.end();
      expect(play.state.turn).toBeNull();
      expect(play.hook.waiting).toEqual([waits]);
    }
  });

  it('shares a run with its like alone, when that was chosen', () => {
    const play = held('merge');
    play.deliver(10, true);
    const told = [play.deliver(10, true), play.deliver(10, true)];
    expect(new Set(told).size).toBe(1);
    expect(play.deliver()).toBe(play.hook.waiting[1]?.id);
    play.end();
    expect(play.runs.at(-1)).toEqual({ id: told[0], count: 2 });
  });

  it('no hour has more runs than the limit, and it says until when one waits', () => {
    const play = new Play();
    const start = play.now;
    for (let n = 0; n < maxRunsPerHour; n += 1) {
      play.deliver(10, true);
      play.end();
    }
    const runId = play.deliver(10, true);
    expect(play.state.turn).toBeNull();
    expect(play.why(runId)).toEqual({ reason: 'runs_keep_apart', until: start + HOUR });
    play.ring(start + HOUR);
    expect(play.state.turn?.id).toBe(runId);
  });

  it('waits for no run that failed, and one that failed is tried again like any other', () => {
    const play = new Play();
    play.deliver();
    const waits = play.deliver(10, true);
    play.end('failed');
    expect(play.state.turn?.id).toBe(waits);
    play.end('failed');
    expect(play.state.turn).toBeNull();
    const next = play.deliver(10, true);
    expect(play.state.turn?.id).toBe(next);
  });

  it('of two webhooks the one that a person asked for comes first', () => {
    const play = new Play('queue');
    const other = makeHook({ name: 'B', scheme: 'github' }, { id: id(8), now: 0 });
    play.apply({ type: 'add_webhook', webhook: other, by: 'user' });
    play.deliver();
    play.now += 1;
    play.deliver();
    play.now += 1;
    const asked = { webhookId: other.id, runId: play.newId(), bytes: 1, byHand: true };
    play.apply({ type: 'delivery', ...asked });
    play.end();
    expect(play.state.turn?.id).toBe(asked.runId);
  });
});

it('is paused with its conversation, and removed for good', () => {
  const play = new Play();
  play.apply({ type: 'archive', partial: '' });
  expect(play.deliver()).toBe('paused');
  play.apply({ type: 'restore' });
  expect(play.deliver()).toBe(play.state.turn?.id);
  expect(play.apply({ type: 'remove_webhook', webhookId: play.hookId, by: 'user' })).toContain(
    'webhook_changed',
  );
  expect(play.apply({ type: 'delivery', webhookId: play.hookId, runId: id(77), bytes: 1 })).toBe('gone');
});

it('tells the net when what is held back begins, and not again for what shares it', () => {
  const play = new Play('merge');
  for (let n = 0; n < promptRuns; n += 1) {
    play.deliver();
    play.end();
  }
  const decided = () =>
    transition(
      play.state,
      { type: 'delivery', webhookId: play.hookId, runId: play.newId(), bytes: 1 },
      play.now,
    );
  expect(heldUntil(play.hook, play.now)).toBeNull();
  const first = decided();
  if (!first.ok) throw new Error(first.refusal);
  expect(first.effects).toEqual([{ type: 'tell_user' }]);
  play.state = first.state;
  const held = heldUntil(play.hook, play.now);
  expect(held).toBeGreaterThan(play.now);
  expect(held).toBe(webhooksDue(play.state));
  expect(decided()).toMatchObject({ ok: true, effects: [] });
});

it('says why a delivery waits', () => {
  const play = new Play('queue');
  for (let n = 0; n < promptRuns; n += 1) {
    play.deliver();
    play.end();
  }
  play.deliver();
  const until = heldUntil(play.hook, play.now);
  expect(play.why(play.hook.waiting[0]?.id)).toEqual({ reason: 'runs_keep_apart', until });
  expect(play.why(play.deliver())).toEqual({ reason: 'runs_keep_apart', until: null });
  play.apply({ type: 'change_webhook', webhookId: play.hookId, change: { whileBusy: 'merge' }, by: 'user' });
  play.ring(play.now + HOUR);
  play.deliver();
  expect(play.why()).toEqual({ reason: 'at_work', until: null });
  play.end('failed');
  expect(play.why()).toEqual({ reason: 'tried_again', until: null });
  play.ring(webhooksDue(play.state) ?? 0);
  play.deliver();
  play.apply({ type: 'change_webhook', webhookId: play.hookId, change: { pause: true }, by: 'user' });
  expect(play.why()).toEqual({ reason: 'paused', until: null });
});

it('keeps no more bytes than may be kept for runs: of those that wait, and of the one that goes on until it is over', () => {
  const play = new Play('merge');
  play.deliver(10);
  expect(play.deliver(maxWaitingBytes - 15)).not.toBe('full');
  expect(play.deliver(6)).toBe('full');
  expect(play.deliver(5)).not.toBe('full');
  // The first is over; what waited is in the run that goes on, and may be needed once more.
  play.end();
  expect([waitingIn(play.hook), play.deliver(11)]).toEqual([0, 'full']);
  play.end('failed');
  expect(play.deliver(11)).toBe('full');
  play.ring(webhooksDue(play.state) ?? 0);
  play.end();
  expect(play.deliver(11)).not.toBe('full');
});
