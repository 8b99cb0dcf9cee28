/**
 * The tools of one turn: built-ins, those of the owner's connections, and the model's own service's. Names are unique
 * and within what the API takes; a server's tool always has `__` in its name and a built-in never, so that none can
 * stand in for another. The order is fixed: the same tools always make the same prompt.
 */
import type { Risk, ToolOrigin } from '#shared/protocol/question.ts';
import type { BuiltinSpec } from './builtin.ts';
import type { Kit, KitConnection, KitTool } from './kit.ts';

/** One tool as the turn knows it. PERSISTED with the turn: a change must be readable by the next release. */
export interface CatalogTool {
  /** For the model. */
  name: string;
  /** For settings and rules. */
  key: string;
  title: string;
  description: string;
  inputSchema: Readonly<Record<string, unknown>>;
  from: ToolOrigin;
  /** The server's own name of it; null for built-ins. */
  remote: string | null;
  vetted: boolean;
  /** For built-ins it depends on the call, and this is not used. */
  risk: Risk;
  hash: string;
  keyArgument: string | null;
  repeatable: boolean;
  /** Nobody has looked at its description yet, which therefore is outside content. */
  unreviewed: boolean;
}

/** Beyond this many, what servers offer is found by search and not all of it stands in the prompt. */
export const maxLoaded = 30;

const NAME = 64;

/** A short name for a long text: FNV-1a, 32 bits. Collisions are told apart by a number. */
function mark(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** `<slug>__<tool>` within 64 characters of what the API takes, different from all in `taken`. */
function toolName(slug: string, tool: string, taken: ReadonlySet<string>): string {
  const whole = `${slug}__${tool}`;
  const safe = whole.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  const fits = safe === whole && safe.length <= NAME;
  const base = fits ? safe : `${safe.slice(0, NAME - 9)}_${mark(whole)}`;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base.slice(0, NAME - 4)}_${number}`;
    if (!taken.has(name)) return name;
  }
}

const isOffered = (tool: KitTool): boolean =>
  tool.setting !== 'off' && tool.review !== 'changed' && tool.review !== 'gone';

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function ofServer(connection: KitConnection, tool: KitTool, taken: Set<string>): CatalogTool {
  const name = toolName(connection.slug, tool.name, taken);
  taken.add(name);
  const { key, title, description, inputSchema, risk, hash, keyArgument, repeatable } = tool;
  return {
    name,
    key,
    title,
    description,
    inputSchema,
    from: { connectionId: connection.id, name: connection.name },
    remote: tool.name,
    vetted: connection.vetted,
    risk,
    hash,
    keyArgument,
    repeatable,
    unreviewed: tool.review === 'new',
  };
}

const ofBuiltin = ({ name, title, description, inputSchema, repeatable }: BuiltinSpec): CatalogTool => ({
  name,
  key: name,
  title,
  description,
  inputSchema,
  from: null,
  remote: null,
  vetted: true,
  risk: 'read',
  hash: '',
  keyArgument: null,
  repeatable,
  unreviewed: false,
});

/**
 * @param chosen the connections whose tools this conversation has; null for all
 * @returns built-ins by name, then the tools of each connection by slug and name
 */
export function makeCatalog(
  builtins: ReadonlyArray<BuiltinSpec>,
  kit: Kit,
  chosen: ReadonlyArray<string> | null,
): CatalogTool[] {
  const own = builtins.filter(({ name }) => kit.settings[name] !== 'off').map(ofBuiltin);
  const taken = new Set(own.map(({ name }) => name));
  const connections = kit.connections
    .filter(({ id }) => chosen === null || chosen.includes(id))
    .toSorted((a, b) => byName({ name: a.slug }, { name: b.slug }));
  const remote = connections.flatMap((connection) =>
    connection.tools
      .filter(isOffered)
      .toSorted(byName)
      .map((tool) => ofServer(connection, tool, taken)),
  );
  return [...own.toSorted(byName), ...remote];
}

/** The tool of this name, if the turn has it. */
export const findTool = (catalog: ReadonlyArray<CatalogTool>, name: string): CatalogTool | null =>
  catalog.find((tool) => tool.name === name) ?? null;
