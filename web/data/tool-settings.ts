/** Saying what tools may do, and that their definitions were looked at; the pages of tools follow. */
import type { Tool, ToolSetting } from '#shared/protocol/connection.ts';
import type { UpdateTools } from '#shared/protocol/connection-requests.ts';
import { queryClient } from './app.ts';
import { connectionsQuery, tools, toolsQuery } from './tools.ts';

/** Most that one call takes. */
const MOST = 300;

/** Throws like a call; `call_changed` when a definition is not the one that was shown. */
async function change(body: UpdateTools): Promise<void> {
  const { items, connections } = await tools.call('updateTools', { body });
  queryClient.setQueryData(toolsQuery.queryKey, { items });
  queryClient.setQueryData(connectionsQuery.queryKey, { items: connections });
}

export const setTools = (these: readonly Tool[], setting: ToolSetting): Promise<void> =>
  change({ settings: Object.fromEntries(these.map(({ key }) => [key, setting])) });

/** With the hashes of what was on screen: nobody has looked at anything else. */
export async function markReviewed(these: readonly Tool[], setting?: ToolSetting): Promise<void> {
  for (let from = 0; from < these.length; from += MOST) {
    const part = these.slice(from, from + MOST);
    await change({
      reviewed: part.map(({ key, hash }) => ({ key, hash })),
      ...(setting === undefined
        ? {}
        : { settings: Object.fromEntries(part.map(({ key }) => [key, setting])) }),
    });
  }
}
