/** The one attempt that this process runs: starts it, feeds it, and ends it when it is no longer the turn's. */
import { clock } from '#durable-objects/lib/clock.ts';
import type { Place } from '#durable-objects/lib/lane.ts';
import { log } from '#durable-objects/lib/log.ts';
import { modelSettingsOf } from '#shared/core/settings/once.ts';
import { claude } from '#shared/adapters/claude/model.ts';
import type { Input, Transition } from '#shared/core/conversation/input.ts';
import { callsOf, type ModelName, type RunningTurn } from '#shared/core/conversation/state.ts';
import type { ModelSettings } from '#shared/core/settings.ts';
import type { Model } from '#shared/core/turn/ports.ts';
import { type Attempt, runTurn } from '#shared/core/turn/run-turn.ts';
import { imagesInto } from './images.ts';
import { kitOf } from './kit.ts';
import type { Live } from './live.ts';
import type { ConversationStore } from './store.ts';
import { chooseTools, readToolset, Toolbox } from './toolbox.ts';

interface Running {
  turnId: string;
  attempt: number;
  /** Where it waits to begin; null for at once. */
  place: Place | null;
  /** Ends what it has begun; null before it has. */
  controller: AbortController | null;
}

export class Turns {
  readonly #store: ConversationStore;
  readonly #live: Live;
  readonly #env: Env;
  readonly #settings: ModelSettings;
  readonly #apply: (input: Input) => Transition;
  #running: Running | null = null;
  #claude: Model | null = null;

  constructor(store: ConversationStore, live: Live, env: Env, apply: (input: Input) => Transition) {
    this.#env = env;
    this.#store = store;
    this.#live = live;
    this.#settings = modelSettingsOf(env);
    this.#apply = apply;
  }

  /** The model that answers here: a lead's thinks deeply, a sub-agent's is small. */
  model(): ModelName {
    const { chat, lead, task, demo } = this.#settings;
    const { kind } = this.#store.state();
    return { name: kind === 'daily' ? lead : kind === 'task' ? task : chat, demo };
  }

  /** The small model, for titles. */
  smallModel(): string {
    return this.#settings.task;
  }

  claude(): Model {
    this.#claude ??= claude(this.#settings, () => clock.now());
    return this.#claude;
  }

  /** The attempt that is alive in this process. */
  running(): { turnId: string; attempt: number } | null {
    return this.#running;
  }

  /** Ends the running attempt: its connection to the model closes, and nothing it still says is heard. */
  abort(): void {
    const running = this.#running;
    this.#running = null;
    running?.place?.hurry();
    running?.controller?.abort();
    this.#live.end();
  }

  /** Somebody waits now for the turn that waits for its place. */
  hurry(): void {
    this.#running?.place?.hurry();
  }

  /**
   * Runs an attempt that was committed. Resolves when it is over for this process; never rejects.
   * @param place where it waits to begin; null for at once
   * @param onPlace called when that has come, also where the turn is not to begin any more
   */
  async start(
    turnId: string,
    attempt: number,
    place: Place | null = null,
    onPlace: () => void = () => {},
  ): Promise<void> {
    this.abort();
    const turn = this.#store.state().turn;
    if (turn === null || turn.id !== turnId || turn.attempt !== attempt) {
      place?.leave();
      onPlace();
      return;
    }
    const running: Running = { turnId, attempt, place, controller: null };
    this.#running = running;
    const first = this.#begin(running, turn);
    let toolbox: Toolbox | null = null;
    try {
      // Without a place nothing is waited for: the tools are asked for before others are told.
      if (place !== null) await place.come;
      onPlace();
      if (this.#running !== running) return;
      const { signal } = (running.controller = new AbortController());
      toolbox = await this.#equip(running, turn, signal);
      if (toolbox === null) return;
      await runTurn(first, {
        model: imagesInto(this.claude(), this.#env, this.#store.state().ownerId),
        tools: toolbox,
        role: this.#store.state().work?.role ?? 'chat',
        log: () => this.#store.log(),
        calls: () => callsOf(this.#store.state()),
        commit: (input) => this.#commit(running, input),
        onDelta: (_attempt, kind, text) => {
          if (this.#running === running) this.#live.write(kind, text);
        },
        partial: () => this.#live.text(),
        spent: (usage) => void this.#apply({ type: 'spent', usage }),
        signal,
        random: Math.random,
      });
    } catch (error) {
      // A bug: the turn keeps its lease, and recovery counts it as an interruption when that ends.
      log.error('turn_broke', { turnId, attempt: running.attempt, error });
    } finally {
      place?.leave();
      if (this.#running === running) this.#running = null;
      await toolbox?.close();
    }
  }

  /** The tools of the turn: those it began with, or what its owner has now. Null: it is over for this process. */
  async #equip(running: Running, turn: RunningTurn, signal: AbortSignal): Promise<Toolbox | null> {
    const known = turn.tools === undefined ? null : this.#store.toolset(turn.tools);
    let json = known;
    if (json === null) {
      const state = this.#store.state();
      const chosen = chooseTools(await kitOf(this.#env, state.ownerId), state, this.#settings.demo);
      if (this.#running !== running) return null;
      this.#store.putToolset(chosen.hash, chosen.json, clock.now());
      const { turnId, attempt } = running;
      this.#apply({ type: 'equipped', turnId, attempt, tools: chosen.hash });
      json = chosen.json;
    }
    return new Toolbox(readToolset(json), {
      env: this.#env,
      store: this.#store,
      signal,
      onProgress: (toolUseId, progress) => {
        if (this.#running === running) this.#live.progress({ toolUseId, ...progress });
      },
    });
  }

  #begin(running: Running, turn: RunningTurn): Attempt {
    running.attempt = turn.attempt;
    this.#live.begin(this.#store.state().lastSeq, turn.attempt);
    return { turnId: turn.id, attempt: turn.attempt, step: turn.step, model: turn.model.name };
  }

  #commit(running: Running, input: Input): Attempt | null {
    // After an await the world may have moved on: a report of a ghost must change nothing.
    if (this.#running !== running) return null;
    this.#live.end();
    const decided = this.#apply(input);
    const { turn } = this.#store.state();
    const goesOn = decided.ok && turn !== null && turn.id === running.turnId && turn.retryAt === null;
    return goesOn && this.#running === running ? this.#begin(running, turn) : null;
  }
}
