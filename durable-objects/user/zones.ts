/** The user moved to another time zone: conversations whose schedules follow them are told, all until they know. */
import { conversation } from '#durable-objects/conversation/client.ts';
import type { User } from '#shared/protocol/account.ts';

/** Throws when one could not be told: to be tried again. */
export async function tellZone(env: Env, user: User | null, ids: ReadonlyArray<string>): Promise<void> {
  if (user === null) return;
  const told = await Promise.allSettled(
    ids.map((id) => conversation(env, id).followZone(user.id, user.timezone)),
  );
  const failed = told.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
