/**
 * `wrangler dev` as a child: the Worker under workerd, on one port, with its state in one folder. wrangler runs two
 * workerd processes, one that listens (front) and one that runs the Worker. It revives the second by itself; after the
 * death of the first it listens again but never answers. So then all of it is started anew here.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { signalGroup } from './process/end.ts';
import { findProcess, listDescendants, type RunningProcess } from './process/identity.ts';
import { eachLine, Tail } from './process/lines.ts';

const LEASH = join(import.meta.dirname, 'process/leash.ts');
const READY_TIMEOUT_MS = 90_000;

/** What to serve and how. `root` is the folder of wrangler.toml; `entry` is the script, relative to it. */
export interface WranglerOptions {
  readonly root: string;
  readonly entry: string;
  readonly port: number;
  readonly envFile: string;
  readonly stateFolder: string;
  /** Ends the wait for the Worker, and wrangler with it. */
  readonly signal: AbortSignal;
  /** Every line that wrangler and the Worker print. */
  readonly onLine: (line: string) => void;
}

/** One running `wrangler dev`. */
export interface Wrangler {
  /** The leash and wrangler itself, to be written down. */
  readonly processes: ReadonlyArray<{ name: string; process: RunningProcess }>;
  /** Settles with its last words when wrangler has ended. Never rejects. */
  readonly ended: Promise<string>;
  /** The workerd processes that run now. */
  workerd(): readonly WorkerdProcess[];
  /** Ends all of it: politely with `SIGTERM` (up to 4 s), at once with `SIGKILL`. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** A workerd, and whether it is the one that listens on the port. */
export interface WorkerdProcess extends RunningProcess {
  readonly isFront: boolean;
}

/**
 * Starts wrangler and waits until the Worker answers `/api/health`.
 * @throws Error with what wrangler said when it ends, or when the Worker cannot be built, or after 90 s.
 */
export async function startWrangler(options: WranglerOptions): Promise<Wrangler> {
  const leash = spawn(process.execPath, [LEASH, process.execPath, ...wranglerCommand(options)], {
    cwd: options.root,
    detached: true, // a Ctrl-C in the terminal is for us alone; we stop the children in order
    env: wranglerEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [hold, stdout, stderr, announcement] = leash.stdio;
  const said = new Tail();
  let failure: string | undefined;
  const onLine = (line: string) => {
    said.add(line);
    if (/Build failed with|The Workers runtime failed to start/.test(line)) failure ??= line;
    options.onLine(line);
  };
  eachLine(stdout, onLine);
  eachLine(stderr, onLine);
  const ended = once(leash, 'close').then(
    () => `wrangler dev ended:\n${said.text()}`,
    (error: Error) => `wrangler dev could not be started: ${error.message}`,
  );
  const pid = await Promise.race([readPid(announcement), ended]);
  if (typeof pid === 'string') throw new Error(pid);
  // A leash that was itself killed has not ended its program.
  leash.once('exit', () => signalGroup(pid, 'SIGKILL'));
  const processes = ['leash', 'wrangler'].flatMap((name, at) => {
    const process = findProcess(at === 0 ? (leash.pid ?? 0) : pid);
    return process ? [{ name, process }] : [];
  });

  const wrangler: Wrangler = {
    processes,
    ended,
    workerd: () => listWorkerd(pid, options.port),
    async stop(signal) {
      if (signal === 'SIGKILL') signalGroup(pid, 'SIGKILL');
      else hold.end();
      await ended;
    },
  };
  const hasEnded = ended.then((how) => {
    throw new Error(how);
  });
  try {
    await Promise.race([
      hasEnded,
      untilHealthy(`http://127.0.0.1:${options.port}`, READY_TIMEOUT_MS, () => {
        options.signal.throwIfAborted();
        // wrangler waits for somebody to mend the source; a start has to say what is wrong instead.
        if (failure !== undefined) throw new Error(`The Worker does not start.\n${said.text()}`);
      }),
    ]);
  } catch (error) {
    await wrangler.stop('SIGKILL');
    throw error;
  }
  return wrangler;
}

/**
 * Waits until the Worker answers, whatever its checks say: a database that is down is the app's business.
 * @param check called before each try; what it throws ends the wait.
 * @throws Error after `timeoutMs`.
 */
export async function untilHealthy(
  origin: string,
  timeoutMs: number,
  check: () => void = () => {},
): Promise<void> {
  for (const end = Date.now() + timeoutMs; ; await delay(50)) {
    check();
    try {
      // A request to a front that has lost its Worker hangs for ever, so each try has an end of its own.
      const response = await fetch(`${origin}/api/health`, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      if (response.headers.get('content-type')?.includes('json') === true) return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`The Worker does not answer on ${origin}.`, { cause: error });
    }
    if (Date.now() > end) throw new Error(`The Worker does not answer on ${origin}.`);
  }
}

function wranglerCommand(options: WranglerOptions): string[] {
  return [
    join(options.root, 'node_modules/wrangler/bin/wrangler.js'),
    'dev',
    options.entry,
    '--ip=127.0.0.1',
    `--port=${options.port}`,
    `--env-file=${options.envFile}`,
    `--persist-to=${options.stateFolder}`,
    '--inspector-port=0',
    '--show-interactive-dev-session=false',
  ];
}

function wranglerEnvironment(options: WranglerOptions): NodeJS.ProcessEnv {
  const { NODE_ENV: _ofTheTestRunner, ...inherited } = process.env;
  return {
    ...inherited,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_WRITE_LOGS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    // The settings come from the file alone; a variable of the shell must not slip in beside it.
    CLOUDFLARE_INCLUDE_PROCESS_ENV: 'false',
    // wrangler's list of running Workers is one per user by default: two checkouts would find each other there.
    WRANGLER_REGISTRY_PATH: join(options.stateFolder, '../registry'),
    // wrangler's recorder of invocations runs in the thread of the Worker and writes 20,480 lines at a time, for half a second.
    X_LOCAL_OBSERVABILITY: 'false',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  };
}

async function readPid(announcement: unknown): Promise<number> {
  if (!(announcement instanceof Readable)) throw new Error('the leash has no pipe to tell its process id');
  const [line] = await once(announcement, 'data');
  return z.parse(z.object({ pid: z.int() }), JSON.parse(String(line))).pid;
}

function listWorkerd(wranglerPid: number, port: number): WorkerdProcess[] {
  return listDescendants(wranglerPid).flatMap((process) => {
    const command = process.command.join(' ');
    if (!/workerd\S* serve /.test(command)) return [];
    return [{ ...process, isFront: command.includes(`--socket-addr=entry=127.0.0.1:${port} `) }];
  });
}
