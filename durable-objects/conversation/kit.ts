/** What the owner of a conversation has to work with, asked of their object. */
import { user } from '#durable-objects/user/client.ts';
import type { Kit } from '#shared/core/tools/kit.ts';

const noKit: Kit = { timezone: 'UTC', connections: [], settings: {}, rules: [] };

/** As it is at this moment. Throws when the owner's object cannot be asked. */
export const kitOf = async (env: Env, ownerId: string): Promise<Kit> =>
  (await user(env, ownerId).kit()) ?? noKit;
