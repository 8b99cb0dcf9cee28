/** Exports of everything for tests in workerd, and what there is to export. */
import { env } from 'cloudflare:workers';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { conversation } from '#durable-objects/conversation/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { connect } from '#shared/adapters/db/client.ts';
import type { TestBrowser } from '#worker/test-browser.ts';
import { opened } from './export-archive.ts';
import { unzip } from './unzip.ts';

export const EXPORT = '/api/export';

export const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

/** An export of everything, unpacked. */
export async function exported(browser: TestBrowser, path = EXPORT, options = {}) {
  const response = await browser.call('GET', path, options);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return opened(unzip(await bytesOf(response)));
}

/** Makes conversations without a word, quickly. */
export async function makeMany(
  browser: TestBrowser,
  titles: ReadonlyArray<string | null>,
): Promise<string[]> {
  const ids = titles.map(() => uuidv7());
  const make = (title: string | null, n: number) =>
    conversation(env, ids[n] ?? '').create({
      id: ids[n] ?? '',
      ownerId: browser.userId,
      kind: 'chat',
      title,
      message: null,
      turnId: uuidv7(),
    });
  for (let from = 0; from < titles.length; from += 20)
    await Promise.all(titles.slice(from, from + 20).map((title, n) => make(title, from + n)));
  return ids;
}

/** What the route hands to the archive, for tests that look into the middle of it. */
export async function sourceOf(browser: TestBrowser, stillAllowed = () => Promise.resolve()) {
  const profile = await userObject(env, browser.userId).profile();
  if (!profile) throw new Error('There is no such user');
  const database = connect(env.DATABASE_URL);
  const sessionId = uuidv4();
  const origin = 'https://app.example';
  return { env, database, profile, sessionId, origin, now: clock.now(), stillAllowed };
}
