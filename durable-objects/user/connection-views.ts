/** A connection as a turn gets it, and as its owner sees it. */
import type { KitConnection } from '#shared/core/tools/kit.ts';
import type { VettedServer } from '#shared/core/tools/servers.ts';
import type { Connection, ToolSetting } from '#shared/protocol/connection.ts';
import type { StoredConnection, StoredTool } from './connection-store.ts';
import { kitToolOf, shownTool, type Uses } from './tool-views.ts';

/** What is known beside the connections themselves. */
export interface About {
  servers: ReadonlyArray<VettedServer>;
  /** By key; what is missing is `default`. */
  settings: Readonly<Record<string, ToolSetting>>;
  uses: Uses;
}

/** Its row in the catalog, as long as it still points to the same address. */
export function vettedOf(
  { catalog, url }: StoredConnection,
  servers: ReadonlyArray<VettedServer>,
): VettedServer | null {
  const row = servers.find(({ slug }) => slug === catalog);
  return row !== undefined && new URL(row.url).href === url ? row : null;
}

export function kitOf(
  connection: StoredConnection,
  tools: ReadonlyArray<StoredTool>,
  { servers, settings }: About,
): KitConnection {
  const vetted = vettedOf(connection, servers);
  const { id, slug, name, url, token, status, problem } = connection;
  return {
    id,
    slug,
    name,
    url,
    sealed: token,
    vetted: vetted !== null,
    // What could not be reached a while ago is tried again; what wants a new token is not.
    usable: status === 'connected' || status === 'unreachable',
    problem,
    tools: tools.map((tool) => kitToolOf(tool, vetted, settings[tool.key] ?? 'default')),
  };
}

/** Without its token, sealed or not. */
export function shown(
  connection: StoredConnection,
  tools: ReadonlyArray<StoredTool>,
  { servers, settings, uses }: About,
): Connection {
  const vetted = vettedOf(connection, servers);
  const { id, slug, name, url, token, status, problem, server, left, createdAt, checkedAt } = connection;
  return {
    id,
    slug,
    name,
    url,
    auth: token === null ? 'none' : 'bearer',
    vetted: vetted !== null,
    demo: vetted?.demo ?? false,
    status,
    problem,
    server,
    tools: tools.map((tool) =>
      shownTool(tool, { slug, vetted, setting: settings[tool.key] ?? 'default', uses }),
    ),
    left: [...left],
    createdAt: new Date(createdAt).toISOString(),
    checkedAt: checkedAt === null ? null : new Date(checkedAt).toISOString(),
  };
}
