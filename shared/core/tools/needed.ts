/** A tool that work to come will need, as it stands now: whether it runs by itself, asks each time, or cannot be used. */
import type { NeededTool } from '#shared/protocol/schedule.ts';
import type { BuiltinWorld } from './builtin.ts';
import { findTool } from './catalog.ts';
import type { Deciding } from './decide.ts';
import { serverToolNames } from './definitions.ts';
import { judge, obstacle } from './policy.ts';

type Given = Pick<Deciding, 'catalog' | 'builtins' | 'kit' | 'outside' | 'now'>;

const words = (name: string): string =>
  name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());

/** Null where this conversation has no such tool. What a call would carry is not known: it is judged as one with nothing. */
export function neededTool(name: string, { catalog, builtins, kit, outside, now }: Given): NeededTool | null {
  // The model's own service runs these; they only look.
  if (serverToolNames.includes(name)) {
    const state = kit.settings[name] === 'off' ? 'off' : 'runs';
    return { name, title: words(name), connection: null, state };
  }
  const tool = findTool(catalog, name);
  if (tool === null) return null;
  const shown = { name, title: tool.title, connection: tool.from?.name ?? null };
  if (obstacle(kit, tool) !== null) {
    const known = kit.connections.find(({ id }) => id === tool.from?.connectionId);
    return { ...shown, state: known !== undefined && !known.usable ? 'reconnect' : 'off' };
  }
  const builtin = tool.from === null ? builtins.find((each) => each.name === name) : undefined;
  const risk = builtin ? builtin.risk({}) : tool.risk;
  const tainted = outside.length > 0;
  const verdict = judge({
    tool,
    input: {},
    risk,
    reachesOut: false,
    kit,
    tainted,
    unknownBefore: false,
    now,
  });
  return { ...shown, state: verdict.type === 'allow' ? 'runs' : 'asks' };
}

/** What a built-in is checked and shown against. */
export const worldOf = (deciding: Deciding): BuiltinWorld => ({
  now: deciding.now,
  timezone: deciding.kit.timezone,
  ...(deciding.runCost === undefined ? {} : { runCost: deciding.runCost }),
  ...(deciding.conversation ? { conversation: deciding.conversation } : {}),
  need: (name) => neededTool(name, deciding),
});
