import { describe, expect, it } from 'vitest';
import { MINUTE, Play } from '#test/core/hook-play.ts';
import { maxFailures } from '../schedule/schedule-state.ts';
import { webhooksDue } from './transition-webhooks.ts';

describe('a run that fails', () => {
  it('is made again later with the same deliveries, and pauses its webhook after too many', () => {
    const play = new Play();
    play.deliver();
    for (let failure = 1; failure < maxFailures; failure += 1) {
      play.end('failed');
      expect(play.state.turn).toBeNull();
      const due = webhooksDue(play.state);
      expect(due).toBeGreaterThan(play.now);
      play.ring(due ?? 0);
      expect(play.runs.at(-1)?.count).toBe(1);
    }
    play.end('failed');
    expect(play.hook).toMatchObject({ paused: { reason: 'failing' }, failures: maxFailures });
    expect(play.state.status).toBe('active');
    expect(play.deliver()).toBe('paused');
    play.apply({ type: 'change_webhook', webhookId: play.hookId, change: { pause: false }, by: 'user' });
    expect(play.state.turn).not.toBeNull();
    play.end();
    expect(new Set(play.runs.map((run) => run.id)).size).toBe(maxFailures + 1);
  });
});

describe('a run that is cut off at a limit', () => {
  it('is not made again, holds back what comes after it, and pauses its webhook after too many', () => {
    const play = new Play();
    const runs = [play.deliver()];
    for (let failure = 1; failure < maxFailures; failure += 1) {
      runs.push(play.deliver());
      play.end('limit');
      expect([play.state.turn, play.hook.failures]).toEqual([null, failure]);
      const due = webhooksDue(play.state) ?? 0;
      expect(due - play.now).toBeGreaterThan(MINUTE * 2 ** (failure - 1) * 0.7);
      expect(play.why()).toEqual({ reason: 'backing_off', until: due });
      play.ring(due);
    }
    play.end('limit');
    expect(play.hook).toMatchObject({ paused: { reason: 'failing' }, failures: maxFailures, waiting: [] });
    expect(play.runs.map((run) => run.id)).toEqual(runs);
    play.apply({ type: 'change_webhook', webhookId: play.hookId, change: { pause: false }, by: 'user' });
    expect(play.state.turn).toBeNull();
    play.deliver();
    expect([play.state.turn === null, play.hook.failures]).toEqual([false, 0]);
  });

  it('holds back nothing that a person sends, and is forgotten when that succeeds', () => {
    const play = new Play();
    play.deliver();
    play.end('limit');
    expect(play.state.turn).toBeNull();
    play.deliver();
    expect(play.state.turn).toBeNull();
    play.deliver(10, true);
    expect(play.state.turn).not.toBeNull();
    play.end();
    expect(play.hook.failures).toBe(0);
    expect(play.state.turn).not.toBeNull();
  });

  it('counts neither way when a person stops it', () => {
    const play = new Play();
    play.deliver();
    play.end('limit');
    play.deliver();
    play.ring(webhooksDue(play.state) ?? 0);
    play.apply({ type: 'stop', partial: '' });
    expect(play.hook).toMatchObject({ open: null, waiting: [], failures: 1 });
  });
});
