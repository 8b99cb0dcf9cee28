/** The state that tests and the page may change: queue, holds, pace. Acts on actions; says what is set. */
import * as z from 'zod/mini';
import type { Entry, Journal } from '../journal.ts';
import type { Pace } from '../reply/pace.ts';
import { findScenario } from '../scenarios/catalog.ts';
import { Actions, type Action } from './action.ts';
import { Gate, queuedFrom, take, type Asked, type Hold, type Queued } from './queue.ts';

export type ControlAnswer = { ok: true; state: object } | { ok: false; problem: string };

const AWAIT_MS = 20_000;

/** Without an owner it is about all of them. */
const isOf = (hold: Pick<Hold, 'owner'>, owner: string | undefined): boolean =>
  owner === undefined || hold.owner === owner;

export class Control {
  readonly #journal: Journal;
  readonly #onReset: () => void;
  readonly #initialPace: Pace;
  #queue: Queued[] = [];
  #holds: Hold[] = [];
  readonly #held = new Map<number, Gate>();
  pace: Pace;

  constructor(journal: Journal, pace: Pace, onReset: () => void) {
    this.#journal = journal;
    this.#initialPace = pace;
    this.#onReset = onReset;
    this.pace = pace;
  }

  /** Parses and carries out; a list stops at the first action that cannot be carried out. */
  async act(body: unknown, signal: AbortSignal): Promise<ControlAnswer> {
    const parsed = Actions.safeParse(body);
    if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
    for (const action of Array.isArray(parsed.data) ? parsed.data : [parsed.data]) {
      const problem = await this.#carryOut(action, signal);
      if (problem !== undefined) return { ok: false, problem };
    }
    return { ok: true, state: this.state() };
  }

  state(): object {
    return {
      pace: this.pace,
      queued: this.#queue.map(({ reply, ...rest }) => ({ ...rest, reply: reply ?? null })),
      holds: this.#holds,
      held: [...this.#held.keys()],
    };
  }

  takeQueued(asked: Asked): Queued | undefined {
    return take(this.#queue, asked);
  }

  takeHold(asked: Asked): Hold | undefined {
    const hold = take(this.#holds, asked);
    return hold === undefined ? undefined : { ...hold };
  }

  /** Keeps a request waiting until it is released or its client is gone. */
  async hold(entry: Entry, signal: AbortSignal, owner?: string): Promise<void> {
    const gate = new Gate(owner);
    const open = (): void => gate.open();
    this.#held.set(entry.id, gate);
    signal.addEventListener('abort', open, { once: true });
    if (signal.aborted) open();
    entry.held = true;
    this.#journal.changed(entry);
    await gate.opened;
    signal.removeEventListener('abort', open);
    this.#held.delete(entry.id);
    entry.held = false;
    this.#journal.changed(entry);
  }

  async #carryOut(action: Action, signal: AbortSignal): Promise<string | undefined> {
    switch (action.action) {
      case 'queue':
        if ((action.scenario === undefined) === (action.reply === undefined)) {
          return 'queue: give either a scenario or a reply';
        }
        if (action.scenario !== undefined && findScenario(action.scenario) === undefined) {
          return `queue: there is no scenario "${action.scenario}"`;
        }
        this.#queue.push(queuedFrom(action));
        return undefined;
      case 'pace':
        this.pace = { firstTokenMs: action.firstTokenMs, tokenMs: action.tokenMs };
        return undefined;
      case 'hold':
        this.#holds.push({
          match: action.match ?? {},
          owner: action.owner,
          deltas: action.deltas,
          left: action.times ?? 1,
        });
        return undefined;
      case 'release':
        return this.#release(action);
      case 'await':
        return this.#await(action, signal);
      case 'reset':
        this.#queue = [];
        this.pace = this.#initialPace;
        this.#release({});
        this.#journal.clear();
        this.#onReset();
        return undefined;
      default:
        return action satisfies never;
    }
  }

  #release({ id, owner }: { id?: number | undefined; owner?: string | undefined }): string | undefined {
    if (id === undefined) {
      this.#holds = this.#holds.filter((hold) => !isOf(hold, owner));
      for (const gate of this.#held.values()) if (isOf(gate, owner)) gate.open();
      return undefined;
    }
    const gate = this.#held.get(id);
    if (gate === undefined) return `release: request ${id} is not held`;
    gate.open();
    return undefined;
  }

  async #await(
    { held = 0, owner, finished = 0, timeoutMs = AWAIT_MS }: Extract<Action, { action: 'await' }>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const reached = (): boolean =>
      [...this.#held.values()].filter((gate) => isOf(gate, owner)).length >= held &&
      this.#journal.list().filter((entry) => entry.outcome !== 'running').length >= finished;
    const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    return (await this.#journal.until(reached, ended))
      ? undefined
      : `await: not reached within ${timeoutMs} ms`;
  }
}
