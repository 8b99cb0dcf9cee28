import { describe, expect, test } from 'vitest';
import { ProblemError } from '#shared/client/problem-error.ts';
import type { Session as Answer } from '#shared/protocol/account.ts';
import { createSession } from './session.ts';

const user = (id: string) => ({
  id,
  email: `${id}@example.test`,
  emailVerified: true,
  name: id,
  timezone: 'UTC',
  createdAt: '2026-11-21T10:00:00.000Z',
});
const answer = (token: string, id = 'ada'): Answer => ({
  user: user(id),
  accessToken: token,
  expiresIn: 600,
});
const problem = (code: string, status: number) => new ProblemError({ code, status, title: code });

/** One browser: any number of tabs over one cookie, one lock, one channel. */
function browser() {
  const it = { now: 0, busy: 0, most: 0, refreshes: 0, signOuts: 0, leaving: false };
  const pauses: number[] = [];
  const script: Array<Answer | Error> = [];
  const tabs: Array<ReturnType<typeof createSession>> = [];
  let lock = Promise.resolve<unknown>(undefined);
  const open = () => {
    const tab = createSession({
      refresh: async () => {
        it.refreshes += 1;
        it.busy += 1;
        it.most = Math.max(it.most, it.busy);
        await Promise.resolve();
        it.busy -= 1;
        const next = script.shift() ?? problem('refresh_missing', 401);
        if (next instanceof Error) throw next;
        return next;
      },
      signOut: async () => {
        it.signOuts += 1;
        const next = script.shift();
        if (next instanceof Error) throw next;
      },
      alone: (run) => {
        const mine = lock.then(run);
        lock = mine.catch(() => undefined);
        return mine;
      },
      tell: (news) => {
        for (const other of tabs) if (other !== tab) other.hear(news);
      },
      wait: async (ms) => void pauses.push(ms),
      now: () => it.now,
      leaving: { get: () => it.leaving, set: (on) => void (it.leaving = on) },
    });
    tabs.push(tab);
    return tab;
  };
  const settle = async () => {
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  };
  return { it, open, script, pauses, settle };
}

describe('the session', () => {
  test('one silent refresh at start decides; after that the token is used until it is nearly over', async () => {
    const b = browser();
    b.script.push(answer('one'), answer('two'));
    const tab = b.open();
    expect(tab.get().status).toBe('starting');
    await tab.start();
    expect(tab.get()).toMatchObject({ status: 'in', user: { id: 'ada' } });
    expect(await tab.token()).toBe('one');
    b.it.now = 584_000;
    expect(await tab.token()).toBe('one');
    b.it.now = 586_000;
    expect(await tab.token()).toBe('two');
    expect(b.it.refreshes).toBe(2);

    const stranger = browser();
    const out = stranger.open();
    await out.start();
    expect(out.get()).toEqual({ status: 'out', ended: false });
    expect(await out.token()).toBeNull();
    expect(stranger.it.refreshes, 'who is out is not asked for again').toBe(1);
  });

  test('many calls at once make one refresh, and a token that was renewed meanwhile is simply used', async () => {
    const b = browser();
    b.script.push(answer('one'), answer('two'));
    const tab = b.open();
    await tab.start();
    const renewed = await Promise.all([tab.renew('one'), tab.renew('one'), tab.renew('one')]);
    expect(renewed).toEqual(['two', 'two', 'two']);
    expect(await tab.renew('one')).toBe('two');
    expect(b.it.refreshes).toBe(2);
  });

  test('two tabs never refresh at the same time', async () => {
    const b = browser();
    b.script.push(answer('one'), answer('two'), answer('three'));
    await Promise.all([b.open().start(), b.open().start(), b.open().start()]);
    expect(b.it.most).toBe(1);
    expect(b.it.refreshes).toBe(3);
  });

  test('`refresh_in_progress` is waited out with growing pauses, and in the end is the end', async () => {
    const b = browser();
    const busy = problem('refresh_in_progress', 409);
    b.script.push(busy, busy, answer('one'));
    const tab = b.open();
    await tab.start();
    expect(b.pauses).toEqual([200, 400]);
    expect(tab.get().status).toBe('in');
    b.script.push(busy, busy, busy, busy, busy);
    expect(await tab.renew('one')).toBeNull();
    expect(tab.get()).toEqual({ status: 'out', ended: true });
  });

  test('no network is not the end: at start it is said, later the call fails and the session stays', async () => {
    const b = browser();
    const offline = problem('offline', 0);
    b.script.push(offline, answer('one'), offline, answer('two'));
    const tab = b.open();
    await tab.start();
    expect(tab.get().status).toBe('unreachable');
    await tab.start();
    expect(tab.get().status).toBe('in');
    await expect(tab.renew('one')).rejects.toMatchObject({ code: 'offline' });
    expect(tab.get().status).toBe('in');
    expect(await tab.renew('one')).toBe('two');
  });

  test('signing out ends it in every tab; signing in brings the others back', async () => {
    const b = browser();
    b.script.push(answer('one'), answer('two'));
    const [left, right] = [b.open(), b.open()];
    await left.start();
    await right.start();
    await left.leave();
    expect(left.get()).toEqual({ status: 'out', ended: false });
    expect(right.get().status).toBe('out');
    expect(b.it.signOuts).toBe(1);

    b.script.push(answer('four', 'bob'));
    left.enter(answer('three', 'bob'));
    await b.settle();
    expect(right.get()).toMatchObject({ status: 'in', user: { id: 'bob' } });
    expect(await right.token(), 'each tab has a token of its own').toBe('four');
  });

  test('a refresh that was under way when somebody signed out does not bring the session back', async () => {
    const b = browser();
    b.script.push(answer('one'), answer('two'));
    const tab = b.open();
    await tab.start();
    const late = tab.renew('one');
    const leaving = tab.leave();
    expect(await late).toBeNull();
    await leaving;
    expect(tab.get().status).toBe('out');
  });

  test('a sign-out that the server could not hear of is told at the next start, before any refresh', async () => {
    const b = browser();
    b.script.push(answer('one'), problem('offline', 0));
    const tab = b.open();
    await tab.start();
    await expect(tab.leave()).rejects.toMatchObject({ code: 'offline' });
    expect(tab.get().status).toBe('out');
    const next = b.open();
    await next.start();
    expect(next.get().status).toBe('out');
    expect(b.it).toMatchObject({ signOuts: 2, refreshes: 1, leaving: false });
  });

  test('a session that was ended elsewhere is found by asking, and at the next start the page says so', async () => {
    const b = browser();
    b.script.push(answer('one'), answer('two'), problem('refresh_invalid', 401));
    const tab = b.open();
    await tab.start();
    await tab.check();
    expect(tab.get().status, 'it still stands').toBe('in');
    await Promise.all([tab.check(), tab.check()]);
    expect(tab.get()).toEqual({ status: 'out', ended: true });
    expect(b.it.refreshes, 'two sockets that close at once ask once').toBe(3);
    await tab.check();
    expect(b.it.refreshes, 'who is out is not asked for again').toBe(3);

    b.script.push(problem('refresh_invalid', 401));
    const reloaded = b.open();
    await reloaded.start();
    expect(reloaded.get()).toEqual({ status: 'out', ended: true });
  });
});
