/**
 * What is in the archive of a user, one file after the other. All of it comes from the user's own objects, so that it
 * works without the database; only the names of passkeys and linked accounts are there, and are left out when it is down.
 */
import { conversation as conversationObject } from '#durable-objects/conversation/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { Database } from '#shared/adapters/db/client.ts';
import { DatabaseUnavailable } from '#shared/adapters/db/faults.ts';
import { listIdentities } from '#shared/adapters/db/identities.ts';
import { listPasskeys } from '#shared/adapters/db/passkeys.ts';
import type { User } from '#shared/protocol/account.ts';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { conversationFiles } from './conversation-files.ts';
import { deskFiles } from './desk-files.ts';
import { jsonList } from './json-list.ts';
import { makeFolders } from './names.ts';
import { type Missing, readmeOf } from './readme.ts';
import type { ZipEntry } from './zip.ts';

export interface Source {
  env: Env;
  database: Database;
  profile: User;
  sessionId: string;
  /** Where the app is, for the file that explains. */
  origin: string;
  now: number;
  /** Throws when the session that asked has ended: an archive does not outlive it. */
  stillAllowed(): Promise<void>;
}

const PAGE = 200;
/** How far apart the clocks of two conversations may be: each notes by its own when it changed. */
const SKEW_MS = 60_000;
const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const iso = (time: number): string => new Date(time).toISOString();

/** What only the database knows; null when it cannot be asked. */
async function waysIn({ database, profile }: Source) {
  try {
    const [passkeys, identities] = await Promise.all([
      listPasskeys(database, profile.id),
      listIdentities(database, profile.id),
    ]);
    return { passkeys, identities };
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return null;
    throw error;
  }
}

async function account(source: Source, missing: Missing): Promise<string> {
  const object = userObject(source.env, source.profile.id);
  const [sessions, apiKeys, security, ways] = await Promise.all([
    object.listSessions(source.sessionId),
    object.listKeys(),
    object.security(),
    waysIn(source),
  ]);
  missing.waysIn = ways === null;
  const { passkeys, identities } = ways ?? { passkeys: null, identities: null };
  return pretty({ profile: source.profile, security, sessions, apiKeys, passkeys, identities });
}

async function* activity(source: Source): AsyncGenerator<unknown> {
  const object = userObject(source.env, source.profile.id);
  let cursor: string | null = null;
  do {
    const page = await object.audit({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    if (page === null) throw new Error('The activity log does not know its own cursor');
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/**
 * Every conversation once. The list is ordered by the last change, so one that changes while it is read jumps to its
 * front: it is read again from there until nothing new turns up.
 */
async function* summaries(source: Source): AsyncGenerator<ConversationSummary> {
  const object = userObject(source.env, source.profile.id);
  const seen = new Set<string>();
  let readUntil = 0;
  for (;;) {
    const before = seen.size;
    let newest = 0;
    let cursor: string | null = null;
    do {
      const page = await object.listConversations({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });
      if (page === null) throw new Error('The list of conversations does not know its own cursor');
      let oldest = Number.POSITIVE_INFINITY;
      for (const summary of page.items) {
        oldest = Date.parse(summary.updatedAt);
        newest = Math.max(newest, oldest);
        if (seen.has(summary.id)) continue;
        seen.add(summary.id);
        yield summary;
      }
      cursor = oldest < readUntil ? null : page.nextCursor;
    } while (cursor !== null);
    if (seen.size === before) return;
    readUntil = newest - SKEW_MS;
  }
}

/** The files, in the order in which they are written. */
export async function* archive(source: Source): AsyncGenerator<ZipEntry> {
  const { now, profile } = source;
  const missing: Missing = { waysIn: false, deleted: [], cut: [], files: [] };
  const folderOf = makeFolders();
  const known: Array<{ id: string; folder: string }> = [];

  yield { name: 'account.json', at: now, content: await account(source, missing) };
  yield { name: 'activity.json', at: now, content: jsonList('items', activity(source)) };
  yield* deskFiles(source.env, profile.id, now, missing);

  async function* index() {
    for await (const summary of summaries(source)) {
      const folder = folderOf(summary);
      known.push({ id: summary.id, folder });
      yield { folder, ...summary };
    }
  }
  yield { name: 'conversations.json', at: now, content: jsonList('items', index()) };

  let conversations = 0;
  for (const { id, folder } of known) {
    await source.stillAllowed();
    const read = await conversationFiles(conversationObject(source.env, id), profile.id, folder);
    if (read === null) missing.deleted.push(folder);
    else {
      yield* read.files;
      conversations += 1;
      if (read.cut()) missing.cut.push(folder);
    }
  }

  const readme = readmeOf({ at: iso(now), origin: source.origin, conversations, missing });
  yield { name: 'README.txt', at: now, content: readme };
}
