import { describe, expect, test } from 'vitest';
import { type Hears, type LiveState, openLive, pauseAfter, type Socket } from './live.ts';

class FakeSocket implements Socket {
  sent: string[] = [];
  closed = false;
  readonly address: string;
  readonly hears: Hears;
  constructor(address: string, hears: Hears) {
    this.address = address;
    this.hears = hears;
  }
  send(data: string) {
    this.sent.push(data);
  }
  close() {
    this.closed = true;
  }
  says(frame: unknown) {
    this.hears.message(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }
}

/** Lets every promise that is already settled run its reactions. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

/** A stream of numbers that must arrive without a gap, in a world whose clock only moves when told. */
function world(start: { ticket?: unknown; poll?: unknown } = {}) {
  let now = 0;
  let nextTimer = 1;
  const due = new Map<number, { at: number; run: () => void }>();
  const sockets: FakeSocket[] = [];
  const states: LiveState[] = [];
  const seen: number[] = [];
  const polls: number[] = [];
  const it = { ticket: start.ticket ?? null, poll: start.poll ?? null, tickets: 0 };

  const live = openLive<number>(
    {
      ticket: async () => {
        it.tickets += 1;
        if (it.ticket !== null) throw it.ticket;
        return `t${it.tickets}`;
      },
      address: (ticket) => `ws://x?after=${seen.at(-1) ?? 0}&ticket=${ticket}`,
      parse: (data) => {
        const value: unknown = JSON.parse(data);
        if (typeof value !== 'number') throw new TypeError('not a number');
        return value;
      },
      onFrame: (frame) => {
        const last = seen.at(-1) ?? 0;
        if (frame > last + 1) return 'gap';
        if (frame === last + 1) seen.push(frame);
        return 'ok';
      },
      onState: (state) => states.push(state),
      poll: async () => {
        polls.push(now);
        if (it.poll !== null) throw it.poll;
      },
      isFinal: (error) => error === 'over',
    },
    {
      socket: (address, hears) => {
        const socket = new FakeSocket(address, hears);
        sockets.push(socket);
        return socket;
      },
      setTimeout: (run, ms) => {
        due.set(nextTimer, { at: now + ms, run });
        return nextTimer++;
      },
      clearTimeout: (timer) => due.delete(timer),
      random: () => 0.5,
    },
  );

  const pass = async (ms: number) => {
    const end = now + ms;
    await settle();
    for (;;) {
      const next = [...due.entries()]
        .filter(([, t]) => t.at <= end)
        .toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (!next) break;
      due.delete(next[0]);
      now = next[1].at;
      next[1].run();
      await settle();
    }
    now = end;
  };
  const newest = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  return { it, live, sockets, states, seen, polls, pass, newest, due };
}

describe('the live stream', () => {
  test('opens with a ticket, hands frames on, ignores repeats, and resumes after the last one seen', async () => {
    const w = world();
    await settle();
    expect(w.newest().address).toBe('ws://x?after=0&ticket=t1');
    w.newest().hears.opened();
    for (const frame of [1, 2, 2, 1, 3]) w.newest().says(frame);
    expect(w.seen).toEqual([1, 2, 3]);
    expect(w.states).toEqual(['connecting', 'live']);

    w.newest().hears.closed();
    expect(w.states.at(-1)).toBe('waiting');
    await w.pass(250);
    expect(w.newest().address).toBe('ws://x?after=3&ticket=t2');
    w.newest().hears.opened();
    w.newest().says(4);
    expect(w.seen).toEqual([1, 2, 3, 4]);
    expect(w.states.at(-1)).toBe('live');
  });

  test('a gap or an unreadable frame means connecting again from the last good one', async () => {
    const w = world();
    await settle();
    const first = w.newest();
    first.hears.opened();
    first.says(1);
    first.says(3);
    expect(first.closed).toBe(true);
    first.says(2);
    expect(w.seen, 'an abandoned socket is not heard').toEqual([1]);
    await w.pass(250);
    expect(w.newest().address).toContain('after=1');
    w.newest().hears.opened();
    w.newest().says('{"half a');
    await w.pass(500);
    expect(w.sockets).toHaveLength(3);
  });

  test('pings every 25 s; a pong keeps it, silence for 10 s ends it', async () => {
    const w = world();
    await settle();
    const first = w.newest();
    first.hears.opened();
    await w.pass(25_000);
    expect(first.sent).toEqual(['ping']);
    first.says('pong');
    await w.pass(25_000);
    expect(first.sent).toEqual(['ping', 'ping']);
    await w.pass(9_999);
    expect(first.closed).toBe(false);
    await w.pass(1);
    expect(first.closed).toBe(true);
    await w.pass(250);
    expect(w.sockets).toHaveLength(2);
  });

  test('pauses grow to ten seconds with jitter, and a socket that drops at once does not reset them', async () => {
    expect(pauseAfter(1, 0)).toBe(125);
    expect(pauseAfter(1, 1)).toBe(250);
    expect(pauseAfter(4, 1)).toBe(2_000);
    expect(pauseAfter(40, 1)).toBe(10_000);
    expect(pauseAfter(40, 0)).toBe(5_000);

    const w = world();
    await settle();
    for (let drop = 0; drop < 3; drop += 1) {
      w.newest().hears.opened();
      w.newest().hears.closed();
      await w.pass(pauseAfter(drop + 1, 0.5) - 1);
      expect(w.sockets).toHaveLength(drop + 1);
      await w.pass(1);
      expect(w.sockets).toHaveLength(drop + 2);
    }
    w.newest().hears.opened();
    await w.pass(5_000);
    w.newest().hears.closed();
    await w.pass(pauseAfter(1, 0.5));
    expect(w.sockets, 'after five good seconds the pause is short again').toHaveLength(5);
  });

  test('polls after four failures, keeps trying the socket, and stops polling once it opens', async () => {
    const w = world();
    for (let drop = 0; drop < 4; drop += 1) {
      await w.pass(pauseAfter(Math.max(drop, 1), 0.5));
      w.newest().hears.closed();
    }
    await w.pass(0);
    expect(w.polls).toHaveLength(1);
    expect(w.states.at(-1)).toBe('polling');
    const before = w.sockets.length;
    await w.pass(3_000);
    expect(w.polls).toHaveLength(2);
    expect(w.sockets.length).toBeGreaterThan(before);
    w.newest().hears.opened();
    expect(w.states.at(-1)).toBe('live');
    w.newest().says('pong');
    await w.pass(20_000);
    expect(w.polls).toHaveLength(2);
  });

  test('a poll that fails says so, and one that answers again takes over', async () => {
    const w = world({ ticket: 'refused', poll: 'down' });
    await w.pass(5_000);
    expect(w.states.at(-1)).toBe('waiting');
    expect(w.sockets).toHaveLength(0);
    w.it.poll = null;
    await w.pass(3_000);
    expect(w.states.at(-1)).toBe('polling');
    w.it.poll = 'over';
    await w.pass(3_000);
    expect(w.states.at(-1)).toBe('closed');
    expect(w.due.size, 'nothing is left running').toBe(0);
  });

  test('waking tries at once while waiting, and asks an open socket for a sign of life within 3 s', async () => {
    const w = world();
    await settle();
    w.newest().hears.opened();
    w.newest().hears.closed();
    w.live.wake();
    await settle();
    expect(w.sockets).toHaveLength(2);
    w.live.wake();
    await settle();
    expect(w.sockets, 'a try under way is left alone').toHaveLength(2);
    w.newest().hears.opened();
    w.live.wake();
    expect(w.newest().sent).toEqual(['ping']);
    await w.pass(3_000);
    expect(w.sockets[1]?.closed).toBe(true);
  });

  test('a final error and close() end everything; a late ticket opens nothing', async () => {
    const over = world({ ticket: 'over' });
    await over.pass(60_000);
    expect(over.states).toEqual(['connecting', 'closed']);
    expect(over.it.tickets).toBe(1);
    expect(over.due.size).toBe(0);

    const shut = world();
    shut.live.close();
    await shut.pass(60_000);
    shut.live.wake();
    await shut.pass(0);
    expect(shut.sockets).toHaveLength(0);
    expect(shut.states.at(-1)).toBe('closed');
  });
});
