/**
 * Keeps the Worker answering: watches the workerd processes behind `wrangler dev` and, when a kill took them, brings
 * the app back on the same port with the same state. The death of wrangler itself is final and is reported.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { signalIfSame } from './process/end.ts';
import { isAlive } from './process/identity.ts';
import {
  startWrangler,
  untilHealthy,
  type Wrangler,
  type WranglerOptions,
  type WorkerdProcess,
} from './wrangler.ts';

const WATCH_MS = 100;
const REVIVAL_MS = 10_000;

/** `wrangler dev` options, and what to do with a Worker that stays silent after wrangler replaced its process. */
export interface KeeperOptions extends WranglerOptions {
  /** False while somebody edits: a broken edit is silent too, and the next edit mends it. */
  readonly restartWhenSilent: boolean;
  /** Called whenever the processes have changed: at the start, when wrangler replaced one, after a restart. */
  readonly onChange: (keeper: WorkerKeeper) => void;
  /** Called when the app is down and being brought back; `onChange` follows. */
  readonly onDown: () => void;
}

/** A Worker that comes back. */
export class WorkerKeeper {
  /** Settles with a reason when the Worker cannot be kept any longer. Never rejects, never settles after `stop`. */
  readonly lost: Promise<string>;
  readonly #options: KeeperOptions;
  readonly #lose: (reason: string) => void;
  #wrangler: Wrangler;
  #workerd: readonly WorkerdProcess[];
  #phase: 'watching' | 'restarting' | 'stopped' = 'watching';

  private constructor(options: KeeperOptions, wrangler: Wrangler) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.lost = promise;
    this.#lose = resolve;
    this.#options = options;
    this.#wrangler = wrangler;
    this.#workerd = wrangler.workerd();
    void this.#reportDeath(wrangler);
    void this.#watch();
  }

  /** Starts the Worker. @throws Error as startWrangler does. */
  static async start(options: KeeperOptions): Promise<WorkerKeeper> {
    const keeper = new WorkerKeeper(options, await startWrangler(options));
    options.onChange(keeper);
    return keeper;
  }

  /** The processes that run now. */
  get processes(): ReadonlyArray<{ name: string; process: { pid: number; startedAt: string } }> {
    const workerd = this.#workerd.map((process) => ({ name: 'workerd', process }));
    return [...this.#wrangler.processes, ...workerd];
  }

  /**
   * Kills every workerd at once, as a crash would, and waits until the app answers again.
   * @param whileDown what happens before it is brought back
   */
  async killWorkerd(whileDown?: () => Promise<unknown>): Promise<void> {
    if (this.#phase !== 'watching') throw new Error(`the Worker is ${this.#phase}`);
    this.#phase = 'restarting';
    for (const process of this.#wrangler.workerd()) signalIfSame(process, 'SIGKILL');
    await this.#restart(whileDown);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.#phase = 'stopped';
    await this.#wrangler.stop('SIGTERM');
    // Whatever way wrangler went: a workerd that is left would hold the port.
    for (const process of this.#workerd) signalIfSame(process, 'SIGKILL');
  }

  async #watch(): Promise<void> {
    for (; this.#phase !== 'stopped'; await delay(WATCH_MS)) {
      if (this.#phase !== 'watching') continue;
      const dead = this.#workerd.filter((process) => !isAlive(process));
      if (dead.length === 0 && this.#workerd.length > 0) continue;
      if (dead.some((process) => process.isFront) || !(await this.#isRevived())) {
        // Without its wrangler a workerd was not killed alone: that is for `lost` to say.
        if (this.#phase !== 'watching' || !this.#wrangler.processes.every(({ process }) => isAlive(process)))
          continue;
        this.#phase = 'restarting';
        await this.#restart().catch((error: unknown) => this.#lose(String(error)));
      } else if (this.#phase === 'watching') {
        this.#workerd = this.#wrangler.workerd();
        this.#options.onChange(this);
      }
    }
  }

  /** Whether wrangler itself brought a new process for the Worker (after a crash of the old one, or an edit). */
  async #isRevived(): Promise<boolean> {
    try {
      await untilHealthy(`http://127.0.0.1:${this.#options.port}`, REVIVAL_MS, () => {
        if (this.#phase !== 'watching') throw new Error('no longer of interest');
      });
      return true;
    } catch {
      return !this.#options.restartWhenSilent;
    }
  }

  async #restart(whileDown?: () => Promise<unknown>): Promise<void> {
    this.#options.onDown();
    await this.#wrangler.stop('SIGKILL');
    await whileDown?.();
    if (this.#isStopped()) return;
    const wrangler = await startWrangler(this.#options);
    this.#wrangler = wrangler;
    this.#workerd = wrangler.workerd();
    if (this.#isStopped()) return wrangler.stop('SIGTERM');
    this.#phase = 'watching';
    void this.#reportDeath(wrangler);
    this.#options.onChange(this);
  }

  async #reportDeath(wrangler: Wrangler): Promise<void> {
    const how = await wrangler.ended;
    if (this.#phase === 'watching' && this.#wrangler === wrangler) this.#lose(how);
  }

  // A method, so that the compiler does not think the phase cannot have changed during an await.
  #isStopped(): boolean {
    return this.#phase === 'stopped';
  }
}
