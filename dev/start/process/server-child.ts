/**
 * Our own servers as child processes: a script that prints one JSON line when it is ready and ends when its stdin
 * ends. So a killed parent takes them with it: the system closes the pipe.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod/mini';
import { findProcess, type ProcessIdentity } from './identity.ts';
import { endProcess } from './end.ts';
import { eachLine, Tail } from './lines.ts';

const READY_TIMEOUT_MS = 60_000;
const STOP_PATIENCE_MS = 8000;

/** How a child ended, in words for a person. */
export type EndOfChild = string;

/** A running server of ours. `ready` is what it said when it was ready. */
export interface ServerChild<Ready> {
  readonly ready: Ready;
  readonly identity: ProcessIdentity;
  /** Settles when the child has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<EndOfChild>;
  /** Tells the child something on its stdin, one line. */
  tell(line: string): void;
  /** Closes its stdin and waits until it is gone; insists after 8 s. */
  stop(): Promise<void>;
}

/** What to start. `onLine` gets every later line that it prints. */
export interface ServerScript<Ready> {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly ready: z.ZodMiniType<Ready>;
  readonly onLine?: (line: string) => void;
}

/**
 * Starts one of our servers with this same Node and waits for its ready line.
 * @throws Error with the last lines the child said, when it ends or stays silent for 60 s instead.
 */
export async function startServerChild<Ready>(options: ServerScript<Ready>): Promise<ServerChild<Ready>> {
  // A process group of its own: a Ctrl-C in the terminal reaches only us, and we stop the children in order.
  const child = spawn(process.execPath, [options.script, ...options.args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const tail = new Tail();
  child.stdin.on('error', () => {}); // writing to a child that has just died; `ended` tells of it
  eachLine(child.stderr, (line) => tail.add(line));
  const ended = once(child, 'close').then(
    ([code, signal]) =>
      `${options.name} ended (${signal ?? `exit code ${code}`})${tail.text() && `:\n${tail.text()}`}`,
    (error: Error) => `${options.name} could not be started: ${error.message}`,
  );
  const { promise: ready, resolve, reject } = Promise.withResolvers<Ready>();
  let settled = false;
  eachLine(child.stdout, (line) => {
    if (settled) return options.onLine?.(line);
    const said = parseJson(line, options.ready);
    if (said === undefined) return tail.add(line);
    settled = true;
    resolve(said);
  });
  void ended.then((how) => reject(new Error(how)));
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new Error(`${options.name} was not ready after ${READY_TIMEOUT_MS / 1000} s.\n${tail.text()}`));
  }, READY_TIMEOUT_MS);
  try {
    const said = await ready;
    const identity = child.pid === undefined ? undefined : findProcess(child.pid);
    if (identity === undefined) throw new Error(await ended);
    return {
      ready: said,
      identity: { pid: identity.pid, startedAt: identity.startedAt },
      ended,
      tell: (line) => void child.stdin.write(`${line}\n`),
      async stop() {
        child.stdin.end();
        const patience = setTimeout(() => void endProcess(identity, 'SIGTERM', 1000), STOP_PATIENCE_MS);
        await ended;
        clearTimeout(patience);
      },
    };
  } finally {
    clearTimeout(timer);
  }
}

/** A line that is JSON of the given shape, or undefined. */
export function parseJson<Shape>(line: string, shape: z.ZodMiniType<Shape>): Shape | undefined {
  try {
    const parsed = z.safeParse(shape, JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs `stop` once when stdin ends or a signal asks for it: the other half of the agreement, for our servers.
 * Lines that come before are given to `onLine`.
 */
export function untilStdinEnds(stop: () => Promise<void>, onLine: (line: string) => void = () => {}): void {
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  eachLine(process.stdin, onLine);
  process.stdin.once('end', end).once('error', end);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);
}
