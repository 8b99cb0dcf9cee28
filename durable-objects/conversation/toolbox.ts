/**
 * The hands of one turn: which tools it has, what is done about a call, and the doing. Made anew for each attempt, with
 * sessions of its own to the owner's servers; nothing of it is kept or shared. Tokens are opened where a call is made.
 */
import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod/mini';
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { type ConversationState, isRehearsal, type PendingCall } from '#shared/core/conversation/state.ts';
import { builtinsOf, catalogOf } from '#shared/core/tools/work-tools.ts';
import { canonical } from '#shared/core/tools/canonical.ts';
import type { CatalogTool } from '#shared/core/tools/catalog.ts';
import type { CallDecision } from '#shared/core/tools/decide.ts';
import { decideCalls } from '#shared/core/tools/decide-calls.ts';
import { definitions, serverToolNames } from '#shared/core/tools/definitions.ts';
import type { Kit } from '#shared/core/tools/kit.ts';
import type { McpProgress } from '#shared/core/tools/mcp.ts';
import type { Executed, TurnTools } from '#shared/core/turn/run-turn.ts';
import { executeBuiltin } from './execute-builtin.ts';
import { executeRemote } from './execute-remote.ts';
import { kitOf } from './kit.ts';
import { costOfRun } from './reckoning.ts';
import { Sessions } from './sessions.ts';
import type { ConversationStore } from './store.ts';

/** PERSISTED by its hash: the tools of a turn, so that it has the same ones after a loss. */
export interface Toolset {
  catalog: CatalogTool[];
  /** The model service's own tools. */
  server: string[];
}

const StoredToolset = z.custom<Toolset>(
  (value) => typeof value === 'object' && value !== null && 'catalog' in value && 'server' in value,
);

export interface ToolboxWorld {
  env: Env;
  store: ConversationStore;
  signal: AbortSignal;
  onProgress(toolUseId: string, progress: McpProgress): void;
}

/** The tools that a turn of this conversation begins with, and their name. */
export function chooseTools(
  kit: Kit,
  state: ConversationState,
  demo: boolean,
): { hash: string; json: string } {
  const toolset: Toolset = {
    catalog: catalogOf(state, kit),
    // The stand-in for the model has no service behind it.
    server: demo
      ? []
      : serverToolNames.filter(
          (name) =>
            kit.settings[name] !== 'off' && (state.work === undefined || state.work.tools.includes(name)),
        ),
  };
  const json = canonical(toolset);
  return { hash: sha256(json), json };
}

/** What `chooseTools` wrote. */
export const readToolset = (json: string): Toolset => StoredToolset.parse(JSON.parse(json));

export class Toolbox implements TurnTools {
  readonly definitions: TurnTools['definitions'];
  readonly #toolset: Toolset;
  readonly #world: ToolboxWorld;
  readonly #sessions: Sessions;

  constructor(toolset: Toolset, world: ToolboxWorld) {
    this.definitions = definitions(toolset.catalog, toolset.server);
    this.#toolset = toolset;
    this.#world = world;
    this.#sessions = new Sessions(world.env, world.store.state().ownerId, world.signal);
  }

  /** Asks the owner's object anew: what was switched off since the turn began is off. */
  async decide(calls: ReadonlyArray<PendingCall>): Promise<CallDecision[]> {
    const { env, store } = this.#world;
    const { ownerId, turn, work } = store.state();
    const owner = user(env, ownerId);
    return decideCalls(calls, {
      catalog: this.#toolset.catalog,
      builtins: builtinsOf(store.state()),
      kit: await kitOf(env, ownerId),
      log: store.log(),
      turnId: turn?.id ?? '',
      now: clock.now(),
      runCost: (instruction) => costOfRun(store, { instruction }),
      conversation: store.state(),
      rehearsal: work?.dry === true || isRehearsal(store.state()),
      dry: work?.dry === true,
      newId: uuidv7,
      sha256,
      spend: (ruleId, callId) => owner.spendRule(ruleId, callId),
    });
  }

  async execute(call: PendingCall): Promise<Executed> {
    const tool = this.#toolset.catalog.find(({ name }) => name === call.name);
    const { env, store, signal } = this.#world;
    const { id, ownerId } = store.state();
    const context = {
      env,
      ownerId,
      conversationId: id,
      callId: call.callId ?? call.toolUseId,
      signal,
      now: () => clock.now(),
      newId: uuidv7,
    };
    if (tool === undefined || tool.from === null)
      return executeBuiltin(call, context, store, this.#toolset.catalog);
    return executeRemote(call, tool, context, this.#sessions, (progress) =>
      this.#world.onProgress(call.toolUseId, progress),
    );
  }

  /** Ends the sessions. Never throws. */
  close(): Promise<void> {
    return this.#sessions.close();
  }
}
