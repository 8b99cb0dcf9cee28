/** Which tools a conversation has: all there are, or, with a part in a daily run, those of its role and what it was lent. */
import type { ConversationState } from '../conversation/state.ts';
import { lendable } from '../daily/validate.ts';
import type { BuiltinSpec } from './builtin.ts';
import { agentTools } from './builtins/daily-agent.ts';
import { boardTools, leadTools } from './builtins/daily-lead.ts';
import { builtins } from './builtins/index.ts';
import { type CatalogTool, makeCatalog } from './catalog.ts';
import type { Kit } from './kit.ts';

type Part = Pick<ConversationState, 'work'>;

const named = (names: ReadonlyArray<string>): BuiltinSpec[] =>
  builtins.filter(({ name }) => names.includes(name));

/** The built-in tools of a conversation. */
export function builtinsOf({ work }: Part): ReadonlyArray<BuiltinSpec> {
  if (work === undefined) return builtins;
  if (work.role === 'lead') return [...boardTools, ...leadTools, ...named(['ask_user', 'recall'])];
  const lent = lendable.filter((name) => work.tools.includes(name));
  return [...boardTools, ...agentTools, ...named(['ask_user', ...lent])];
}

/** All tools of a conversation but the model service's own. */
export function catalogOf(
  { work, connections }: Part & Pick<ConversationState, 'connections'>,
  kit: Kit,
): CatalogTool[] {
  const own = builtinsOf(work === undefined ? {} : { work });
  if (work === undefined) return makeCatalog(own, kit, connections ?? null);
  const slugs = new Map(kit.connections.map(({ id, slug }) => [id, slug]));
  return makeCatalog(own, kit, connections ?? null).filter(
    ({ name, from }) =>
      from === null || work.tools.includes(name) || work.tools.includes(slugs.get(from.connectionId) ?? ''),
  );
}
