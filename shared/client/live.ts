/**
 * A stream that stays: one WebSocket at a time, opened with a one-time ticket (a browser's handshake cannot carry an
 * Authorization header), watched with pings, opened again with growing, jittered pauses, and replaced by polling
 * where sockets do not get through. What the frames mean, and from where to resume, is the owner's business.
 */

/** `live`: frames arrive. `waiting`: nothing does, a try is due. `polling`: the JSON view answers instead. */
export type LiveState = 'connecting' | 'live' | 'waiting' | 'polling' | 'closed';

export interface LiveOptions<Frame> {
  /** A fresh one-time ticket. */
  ticket: () => Promise<string>;
  /** The socket's address, asked for anew at each try, so that it can name the last event seen. */
  address: (ticket: string) => string;
  /** Reads one text frame; throws when it is not one. */
  parse: (data: string) => Frame;
  /** Takes a frame. `gap`: something before it is missing, connect again and resume. */
  onFrame: (frame: Frame) => 'ok' | 'gap';
  onState: (state: LiveState) => void;
  /** Asks the JSON view once for what is new and hands it on itself. */
  poll: () => Promise<void>;
  /** True when trying again cannot help: signed out, deleted. */
  isFinal: (error: unknown) => boolean;
}

/** The few things of a WebSocket that are needed, so that tests can bring their own. */
export interface Socket {
  send(data: string): void;
  close(): void;
}

/** What a socket reports; nothing after `closed`. */
export interface Hears {
  opened: () => void;
  message: (data: unknown) => void;
  closed: () => void;
}

/** The world outside: sockets, timers (milliseconds) and randomness in [0, 1). */
export interface LiveEnv {
  socket: (address: string, hears: Hears) => Socket;
  setTimeout: (run: () => void, ms: number) => number;
  clearTimeout: (timer: number) => void;
  random: () => number;
}

export interface Live {
  /** The network came back or the page is seen again: try at once, or check that the open socket still answers. */
  wake: () => void;
  /** Ends it for good. */
  close: () => void;
}

/** A socket or a ticket that says nothing for this long is dead. */
const ANSWER_MS = 10_000;
/** After sleep a socket often only looks open; the person is watching, so ask for a quicker answer. */
const WAKE_ANSWER_MS = 3_000;
const PING_EVERY_MS = 25_000;
/** Open for this long, a socket counts as good again. Earlier, an accept-then-drop would be retried without a pause. */
const STABLE_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const TRIES_BEFORE_POLLING = 4;
const POLL_EVERY_MS = 3_000;

/** The pause before try `failures + 1`: doubling, with half of it left to chance so that clients spread out. */
export const pauseAfter = (failures: number, random: number) =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + random / 2);

/** Opens the stream and keeps it open until `close` or a final error. */
export function openLive<Frame>(options: LiveOptions<Frame>, env: LiveEnv): Live {
  let state: LiveState | null = null;
  let socket: Socket | null = null;
  let failures = 0;
  let trying = false;
  /** Grows with each try: what an abandoned one still says is not heard. */
  let round = 0;
  const timers = new Map<string, number>();

  const stop = (name: string) => {
    const timer = timers.get(name);
    if (timer !== undefined) env.clearTimeout(timer);
    timers.delete(name);
  };
  const after = (name: string, ms: number, run: () => void) => {
    stop(name);
    timers.set(
      name,
      env.setTimeout(() => {
        timers.delete(name);
        run();
      }, ms),
    );
  };
  const become = (next: LiveState) => {
    if (state === next || state === 'closed') return;
    state = next;
    options.onState(next);
  };
  const hangUp = () => {
    round += 1;
    trying = false;
    for (const name of ['answer', 'ping', 'stable']) stop(name);
    socket?.close();
    socket = null;
  };

  const close = () => {
    become('closed');
    hangUp();
    for (const name of timers.keys()) stop(name);
  };

  const fail = (error?: unknown) => {
    if (error !== undefined && options.isFinal(error)) return close();
    hangUp();
    failures += 1;
    if (state !== 'polling') become('waiting');
    if (failures >= TRIES_BEFORE_POLLING && !timers.has('poll')) after('poll', 0, poll);
    after('retry', pauseAfter(failures, env.random()), connect);
  };

  const poll = async () => {
    // Holds the name while the answer is under way, so that a failing socket does not start a second poller.
    after('poll', LONGEST_PAUSE_MS * 2, poll);
    let next: LiveState = 'polling';
    try {
      await options.poll();
    } catch (error) {
      if (options.isFinal(error)) return close();
      next = 'waiting';
    }
    if (state === 'live' || state === 'closed') return;
    become(next);
    after('poll', POLL_EVERY_MS, poll);
  };

  const ask = (answerMs: number) => {
    socket?.send('ping');
    after('answer', answerMs, fail);
    after('ping', PING_EVERY_MS, () => ask(ANSWER_MS));
  };

  const opened = () => {
    trying = false;
    stop('answer');
    stop('poll');
    become('live');
    after('ping', PING_EVERY_MS, () => ask(ANSWER_MS));
    after('stable', STABLE_MS, () => {
      failures = 0;
    });
  };
  const message = (data: unknown) => {
    stop('answer');
    if (data === 'pong') return;
    try {
      if (options.onFrame(options.parse(String(data))) === 'gap') fail();
    } catch (error) {
      fail(error);
    }
  };

  const connect = async () => {
    if (state === 'closed') return;
    hangUp();
    stop('retry');
    trying = true;
    const mine = round;
    const unlessAbandoned =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args) => {
        if (mine === round) run(...args);
      };
    if (failures === 0) become('connecting');
    after('answer', ANSWER_MS, fail);
    try {
      const ticket = await options.ticket();
      if (mine !== round) return;
      socket = env.socket(options.address(ticket), {
        opened: unlessAbandoned(opened),
        message: unlessAbandoned(message),
        closed: unlessAbandoned(() => fail()),
      });
    } catch (error) {
      if (mine === round) fail(error);
    }
  };

  connect();
  return {
    wake() {
      if (state === 'closed' || trying) return;
      if (socket) ask(WAKE_ANSWER_MS);
      else connect();
    },
    close,
  };
}
