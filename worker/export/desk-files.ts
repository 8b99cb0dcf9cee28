/** What a user's conversations work with, as files: connections, tools, rules, memory, effects, files, records. */
import { records } from '#durable-objects/records/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { jsonList } from './json-list.ts';
import type { ZipEntry } from './zip.ts';

const PAGE = 200;

interface Page {
  items: unknown[];
  nextCursor: string | null;
}

/** A list that is read page by page. */
async function* pages(read: (paging: { limit: number; cursor?: string }) => Promise<Page | null>) {
  let cursor: string | null = null;
  do {
    const page: Page | null = await read({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    if (page === null) throw new Error('A list does not know its own cursor');
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

async function* list(read: () => Promise<ReadonlyArray<unknown>>): AsyncGenerator<unknown> {
  yield* await read();
}

/** Each is asked for when the one before was written. No token is in any of them. */
export async function* deskFiles(env: Env, userId: string, at: number): AsyncGenerator<ZipEntry> {
  const object = userObject(env, userId);
  const lists: ReadonlyArray<[string, AsyncGenerator<unknown>]> = [
    ['connections.json', list(() => object.connections())],
    ['tools.json', list(() => object.tools())],
    ['rules.json', list(() => object.rules())],
    ['memory.json', list(() => object.memories())],
    ['effects.json', pages((paging) => object.effects(paging))],
    ['files.json', pages((paging) => object.filesOf(paging))],
  ];
  for (const [name, items] of lists) yield { name, at, content: jsonList('items', items) };
  const kept = await records(env, userId).dump();
  if (kept !== '') yield { name: 'records.jsonl', at, content: kept };
}
