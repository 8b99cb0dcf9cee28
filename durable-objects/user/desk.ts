/** What a user's conversations work with: connections, tool settings, rules, memory, files, and the audit of effects. */
import type { BuiltinSpec } from '#shared/core/tools/builtin.ts';
import { builtins } from '#shared/core/tools/builtins/index.ts';
import type { Kit } from '#shared/core/tools/kit.ts';
import { builtinVerdict } from '#shared/core/tools/review.ts';
import type { Tool, ToolSetting } from '#shared/protocol/connection.ts';
import type { UpdateTools } from '#shared/protocol/connection-requests.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { Connections } from './connections.ts';
import type { Device } from './client.ts';
import { Effects } from './effects.ts';
import { Files } from './files.ts';
import { Memories } from './memories.ts';
import { Notifications } from './notifications.ts';
import { Rules } from './rules.ts';
import type { World } from './world.ts';

/** Tools of the model's own service: they only look, and can be switched off. */
const serverTools = [
  { name: 'code_execution', title: 'Run code', description: 'Runs code in a box without a network.' },
  { name: 'web_fetch', title: 'Read web pages', description: 'Reads pages whose address it was given.' },
  { name: 'web_search', title: 'Search the web', description: 'Searches the web.' },
];

export class Desk {
  readonly connections: Connections;
  readonly rules: Rules;
  readonly memories: Memories;
  readonly effects: Effects;
  readonly files: Files;
  readonly notifications: Notifications;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.effects = new Effects(world);
    this.rules = new Rules(world);
    this.connections = new Connections(world, this.effects, this.rules);
    this.memories = new Memories(world);
    this.files = new Files(world);
    this.notifications = new Notifications(world);
  }

  /** Everything a turn needs to know. Null when there is no such user. */
  async kit(): Promise<Kit | null> {
    if (!this.#world.user()) return null;
    await this.connections.ensureDemos();
    const user = this.#world.user();
    if (!user) return null;
    return {
      timezone: user.timezone,
      connections: this.connections.kit(),
      settings: this.connections.store.settings(),
      rules: this.rules.kit(),
    };
  }

  /** The tools that no connection brings. */
  tools(): Tool[] {
    const settings = this.connections.store.settings();
    const uses = this.effects.uses();
    const own = builtins.map((spec) => {
      const risk = typicalRisk(spec);
      return { ...spec, risk, verdict: builtinVerdict(spec, risk, settings[spec.name] ?? 'default') };
    });
    const server = serverTools.map((tool) => {
      const verdict = settings[tool.name] === 'off' ? ('deny' as const) : ('allow' as const);
      return { ...tool, risk: 'read' as const, verdict };
    });
    return [...own, ...server].map(({ name, title, description, risk, verdict }) => ({
      key: name,
      name,
      title,
      description,
      risk,
      setting: settings[name] ?? 'default',
      verdict,
      review: 'reviewed',
      change: null,
      hash: '',
      uses: uses.get(name)?.uses ?? 0,
      lastUsedAt: uses.get(name)?.lastUsedAt ?? null,
    }));
  }

  /** All of it or nothing. */
  updateTools(
    { settings = {}, reviewed = [] }: UpdateTools,
    device: Device,
  ): { ok: true } | { ok: false; code: ProblemCode } {
    const { store } = this.connections;
    const own = new Set(this.tools().map(({ key }) => key));
    const keys = [...Object.keys(settings), ...reviewed.map(({ key }) => key)];
    if (!keys.every((key) => own.has(key) || store.hasTool(key))) return { ok: false, code: 'not_found' };
    // The service runs these by itself: there is no moment in which one could be asked.
    const isServers = (key: string) => serverTools.some(({ name }) => name === key);
    const cannotAsk = ([key, setting]: [string, ToolSetting]) =>
      isServers(key) && (setting === 'ask' || setting === 'auto');
    if (Object.entries(settings).some(cannotAsk)) return { ok: false, code: 'bad_request' };
    const stale = new Error('stale');
    try {
      this.#world.commit(() => {
        for (const { key, hash } of reviewed) if (!store.review(key, hash)) throw stale;
        const before = store.settings();
        for (const [key, setting] of Object.entries(settings)) {
          store.set(key, setting);
          if (setting === 'auto' && before[key] !== 'auto')
            this.#world.record({ action: 'tool_set_auto', detail: key.split('/').at(-1) ?? key, device });
        }
      });
    } catch (error) {
      if (error === stale) return { ok: false, code: 'call_changed' };
      throw error;
    }
    return { ok: true };
  }
}

/** What the gravest ordinary call of a built-in can do: for its page. */
const typicalRisk = ({ name, risk }: BuiltinSpec) => risk(name === 'http_request' ? { method: 'POST' } : {});
