/** What a user's conversations work with, as files: connections, tools, rules, memory, effects, files, records. */
import { getBlob } from '#durable-objects/files/client.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { records } from '#durable-objects/records/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import type { DailyRunSummary } from '#shared/protocol/daily.ts';
import type { File } from '#shared/protocol/file.ts';
import { jsonList } from './json-list.ts';
import { slugOf } from './names.ts';
import type { Missing } from './readme.ts';
import type { ZipEntry } from './zip.ts';

const PAGE = 200;

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A list that is read page by page. */
async function* pages<Item>(
  read: (paging: { limit: number; cursor?: string }) => Promise<Page<Item> | null>,
): AsyncGenerator<Item> {
  let cursor: string | null = null;
  do {
    const page: Page<Item> | null = await read({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    if (page === null) throw new Error('A list does not know its own cursor');
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** Made of the name, which may hold anything, as the folders of conversations are; its id keeps two apart. */
function pathOf({ id, name }: File): string {
  const ending = /\.([A-Za-z0-9]{1,10})$/.exec(name);
  const base = slugOf(ending === null ? name : name.slice(0, ending.index));
  return `files/${base}-${id.slice(-8)}${ending === null ? '' : `.${ending[1]}`}`;
}

async function* placed(files: AsyncIterable<File>): AsyncGenerator<File & { path: string }> {
  for await (const file of files) yield { ...file, path: pathOf(file) };
}

async function* list(read: () => Promise<ReadonlyArray<unknown>>): AsyncGenerator<unknown> {
  yield* await read();
}

/** Each run whole: its tasks as history has them, its timeline, shared memory and report. */
async function* dailyRuns(env: Env, userId: string): AsyncGenerator<unknown> {
  const object = userObject(env, userId);
  for await (const summary of pages<DailyRunSummary>((paging) => object.dailyRuns(paging))) {
    const got = await dailyRun(env, summary.id).get(userId);
    yield got.ok ? got.run : summary;
  }
}

/**
 * Each is asked for when the one before was written. No token is in any of them.
 * @param missing is told of files whose bytes are not there any more
 */
export async function* deskFiles(
  env: Env,
  userId: string,
  at: number,
  missing: Missing,
): AsyncGenerator<ZipEntry> {
  const object = userObject(env, userId);
  const files = () => placed(pages<File>((paging) => object.filesOf(paging)));
  const lists: ReadonlyArray<[string, AsyncGenerator<unknown>]> = [
    ['connections.json', list(() => object.connections())],
    ['tools.json', list(() => object.tools())],
    ['rules.json', list(() => object.rules())],
    ['memory.json', list(() => object.memories())],
    ['effects.json', pages<unknown>((paging) => object.effects(paging))],
    ['channels.json', list(() => object.channels())],
    ['daily-runs.json', dailyRuns(env, userId)],
    ['files.json', files()],
  ];
  const daily = await object.dailySettings();
  yield { name: 'daily-settings.json', at, content: `${JSON.stringify(daily, null, 2)}\n` };
  for (const [name, items] of lists) yield { name, at, content: jsonList('items', items) };
  const kept = await records(env, userId).dump();
  if (kept !== '') yield { name: 'records.jsonl', at, content: kept };
  for await (const { id, path, createdAt } of files()) {
    const blob = await getBlob(env, userId, id);
    if (blob === null) missing.files.push(path);
    else yield { name: path, at: Date.parse(createdAt), content: blob.body };
  }
}
