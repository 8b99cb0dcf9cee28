import { createExecutionContext, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { conversation } from '#durable-objects/conversation/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { AuditEntry } from '#shared/protocol/security.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { createApp } from '../app.ts';
import { archive } from '../export/archive.ts';
import { Index, opened } from '#test/workers/export-archive.ts';
import { unzip } from '#test/workers/unzip.ts';
import { zip } from '../export/zip.ts';
import { newcomer, problemOf, type TestBrowser } from '../test-browser.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const EXPORT = '/api/export';

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

async function exported(browser: TestBrowser, path = EXPORT, options = {}) {
  const response = await browser.call('GET', path, options);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return opened(unzip(await bytesOf(response)));
}

const ticketOf = async (browser: TestBrowser, headers: Record<string, string> = {}) =>
  z
    .object({ ticket: z.string() })
    .parse(await (await browser.call('POST', '/api/me/ticket', { headers })).json()).ticket;

/** As a page that goes to an address: with the cookie, and without the token. */
const navigate = (browser: TestBrowser, ticket: string) =>
  browser.call('GET', `${EXPORT}?ticket=${encodeURIComponent(ticket)}`, { headers: { authorization: '' } });

/** Makes conversations without a word, quickly. */
async function makeMany(browser: TestBrowser, titles: ReadonlyArray<string | null>): Promise<string[]> {
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
async function sourceOf(browser: TestBrowser, stillAllowed = () => Promise.resolve()) {
  const profile = await userObject(env, browser.userId).profile();
  if (!profile) throw new Error('There is no such user');
  const database = connect(env.DATABASE_URL);
  const sessionId = uuidv4();
  const origin = 'https://app.example';
  return { env, database, profile, sessionId, origin, now: clock.now(), stillAllowed };
}

it('holds everything of its user: account, activity, every conversation, and how to read it', async () => {
  await standIn.hurry();
  const ada = await newcomer();
  const key = z
    .object({ secret: z.string(), apiKey: z.object({ id: z.string() }) })
    .parse(
      await (
        await ada.call('POST', '/api/api-keys', { body: { name: 'my script', scopes: ['read'] } })
      ).json(),
    );
  const talk = await Talk.begin(ada, 'Hello there, exported question');
  const watcher = await talk.watch();
  await watcher.ended();
  watcher.socket.close();
  const old = await Talk.begin(ada);
  await old.call('PATCH', '', { title: 'Put away: ../../x' });
  await old.call('PATCH', '', { status: 'archived' });

  const response = await ada.call('GET', EXPORT);
  expect([response.status, Object.fromEntries(response.headers)]).toMatchObject([
    200,
    {
      'content-type': 'application/zip',
      'content-disposition': expect.stringMatching(
        /^attachment; filename="agentic-tasks-\d{4}-\d\d-\d\d\.zip"$/,
      ),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  ]);
  const made = opened(unzip(await bytesOf(response)));
  const [first, second] = [made.folder(talk.id), made.folder(old.id)];
  expect(second).toMatch(/^conversations\/\d{4}-\d\d-\d\d-put-away-x-[0-9a-f]{8}$/);
  expect(made.names.toSorted()).toEqual(
    [
      'README.txt',
      'account.json',
      'activity.json',
      'connections.json',
      'tools.json',
      'rules.json',
      'memory.json',
      'effects.json',
      'channels.json',
      'daily-runs.json',
      'daily-settings.json',
      'files.json',
      'conversations.json',
      ...[first, second].flatMap((folder) =>
        ['conversation.json', 'events.json', 'transcript.md'].map((file) => `${folder}/${file}`),
      ),
    ].toSorted(),
  );

  expect(made.json('account.json')).toEqual({
    profile: ada.user,
    security: { secondFactor: false, recoveryCodesLeft: 0 },
    sessions: [expect.objectContaining({ current: true })],
    apiKeys: [expect.objectContaining({ id: key.apiKey.id, name: 'my script' })],
    passkeys: [],
    identities: [],
  });
  const { items } = z.object({ items: z.array(AuditEntry) }).parse(made.json('activity.json'));
  expect(items.map(({ action }) => action)).toEqual(['exported', 'api_key_made', 'signed_up']);

  const { events } = z
    .object({ events: z.array(z.looseObject({ type: z.string() })) })
    .parse(await (await talk.call('GET', '/events?after=0')).json());
  const { lastSeq } = await talk.get();
  expect(made.json(`${first}/events.json`)).toEqual({ events, lastSeq });
  const { unread: _unread, ...resource } = await talk.get();
  expect(made.json(`${first}/conversation.json`)).toMatchObject(resource);
  const transcript = made.text(`${first}/transcript.md`);
  expect(transcript).toContain('> Hello there, exported question');
  const [, reply] = watcher.texts();
  for (const line of (reply ?? '').replace('assistant: ', '').split('\n'))
    expect(transcript).toContain(line === '' ? '>' : `> ${line}`);
  expect(made.json(`${second}/conversation.json`)).toMatchObject({ id: old.id, status: 'archived' });
  expect(made.text('README.txt')).toMatch(/Conversations: 2\.[^]*Nothing is missing\./);

  // No secret of any kind, not even as a hash.
  const secrets = [ada.password, ada.cookie ?? '', ada.accessToken ?? '', key.secret.slice(-43)];
  for (const secret of secrets) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    for (const hidden of [secret, hex]) expect(made.all).not.toContain(hidden);
  }
});

it('holds the files themselves, under names that lead nowhere else', async () => {
  const ada = await newcomer();
  const upload = async (name: string, raw: string | Uint8Array<ArrayBuffer>) => {
    const headers = { 'x-file-name': encodeURIComponent(name), 'content-type': 'application/octet-stream' };
    const response = await ada.call('POST', '/api/files', { raw, headers });
    return z.object({ file: z.object({ id: z.string() }) }).parse(await response.json()).file.id;
  };
  const binary = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 31) % 256);
  const [photo, notes, lost] = [
    await upload('../../Photo of Bern.PNG', binary),
    await upload('..', 'plain words'),
    await upload('gone.txt', 'x'),
  ];
  await env.FILES.delete(`${ada.userId}/${lost}`);
  const made = await exported(ada);
  const paths = {
    photo: `files/photo-of-bern-${photo.slice(-8)}.PNG`,
    notes: `files/file-${notes.slice(-8)}`,
    lost: `files/gone-${lost.slice(-8)}.txt`,
  };
  expect(made.names.filter((name) => name.startsWith('files/')).toSorted()).toEqual(
    [paths.notes, paths.photo].toSorted(),
  );
  expect(made.bytes(paths.photo)).toEqual(binary);
  expect(made.text(paths.notes)).toBe('plain words');
  expect(made.json('files.json')).toMatchObject({
    items: [{ path: paths.lost }, { path: paths.notes }, { path: paths.photo }],
  });
  expect(made.text('README.txt')).toContain(`before they could be read:\n  ${paths.lost}\n`);
});

it('shares nothing with the export of somebody else', async () => {
  const [ada, eve] = [await newcomer(), await newcomer()];
  const marks = [`mark-${uuidv4()}`, `mark-${uuidv4()}`];
  const [[mine], [hers]] = [await makeMany(ada, [marks[0] ?? null]), await makeMany(eve, [marks[1] ?? null])];
  const [one, two] = [await exported(ada), await exported(eve)];
  for (const [own, foreign] of [
    [one, [eve.userId, eve.email, marks[1], hers]],
    [two, [ada.userId, ada.email, marks[0], mine]],
  ] as const)
    for (const value of foreign) expect(own.all).not.toContain(value);
  expect([one.all.includes(marks[0] ?? ''), two.all.includes(marks[1] ?? '')]).toEqual([true, true]);
  // Each conversation checks its owner itself, whatever a list says.
  const foreign = conversation(env, hers ?? '');
  const refused = { ok: false, code: 'not_found' };
  expect([await foreign.get(ada.userId), await foreign.events(ada.userId, 0)]).toEqual([refused, refused]);
});

it('opens for a session or its ticket, once, and for nothing else', async () => {
  const [ada, eve] = [await newcomer(), await newcomer()];
  const talk = await Talk.begin(ada);
  const ticket = await ticketOf(ada);
  const response = await navigate(ada, ticket);
  expect(opened(unzip(await bytesOf(response))).json('account.json')).toMatchObject({
    profile: { id: ada.userId },
    sessions: [{ current: true }],
  });
  const conversationTicket = z
    .object({ ticket: z.string() })
    .parse(await (await talk.call('POST', '/ticket')).json()).ticket;
  const swapped = (await ticketOf(eve)).replace(/^.{32}/, ada.userId.replaceAll('-', ''));
  const unknown = `${uuidv4().replaceAll('-', '')}.${'x'.repeat(43)}`;
  for (const bad of [ticket, conversationTicket, swapped, unknown, '', 'x', ada.accessToken ?? '']) {
    expect([bad, await problemOf(await navigate(ada, bad))]).toEqual([bad, [401, 'unauthenticated']]);
  }
  expect(await problemOf(await ada.call('GET', EXPORT, { headers: { authorization: '' } }))).toEqual([
    401,
    'unauthenticated',
  ]);

  // An API key reads what it may read, one thing after the other; it cannot carry everything away.
  const body = { name: 'all', scopes: ['read', 'write', 'hooks', 'files'] };
  const { secret } = z
    .object({ secret: z.string() })
    .parse(await (await ada.call('POST', '/api/api-keys', { body })).json());
  const asKey = { authorization: `Bearer ${secret}`, cookie: '' };
  expect(await problemOf(await ada.call('GET', EXPORT, { headers: asKey }))).toEqual([403, 'session_only']);
  expect(await problemOf(await navigate(ada, await ticketOf(ada, asKey)))).toEqual([403, 'session_only']);

  // Too late, and after signing out.
  const late = await ticketOf(ada);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
  expect(await problemOf(await navigate(ada, late))).toEqual([401, 'unauthenticated']);
  const last = await ticketOf(ada);
  await ada.call('POST', '/api/auth/sign-out');
  expect(await problemOf(await navigate(ada, last))).toEqual([401, 'unauthenticated']);
});

it('can be asked for ten times an hour', async () => {
  const ada = await newcomer();
  for (let n = 0; n < 10; n += 1) await exported(ada);
  const refused = await ada.call('GET', EXPORT);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
  expect(await problemOf(refused)).toEqual([429, 'too_many_requests']);
});

it(
  'has every one of more conversations than a page of the list holds, under safe names',
  { timeout: 60_000 },
  async () => {
    const ada = await newcomer();
    const hostile = [
      '../../../etc/passwd',
      String.raw`..\..\x`,
      '/root',
      'a\0b',
      '\u202Egnp.exe',
      '',
      null,
      'CON',
    ];
    const titles = [
      ...hostile,
      ...Array.from({ length: 222 }, (_, n) => (n % 3 === 0 ? 'Same' : `Talk ${n}`)),
    ];
    const ids = await makeMany(ada, titles);
    const put = ids.slice(100, 110);
    for (const id of put) await conversation(env, id).update(ada.userId, { title: null, status: 'archived' });
    // `unzip` refuses names that lead anywhere, and names that are there twice.
    const made = await exported(ada);
    const { items } = Index.parse(made.json('conversations.json'));
    expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    for (const { id, folder } of items) {
      expect(folder).toMatch(/^conversations\/[^/]+$/);
      expect(made.json(`${folder}/conversation.json`)).toMatchObject({ id });
    }
    expect(made.names).toHaveLength(13 + 3 * ids.length);
    for (const id of put)
      expect(made.json(`${made.folder(id)}/conversation.json`)).toMatchObject({ status: 'archived' });
  },
);

it('misses no conversation that changes or begins while the list is read', { timeout: 60_000 }, async () => {
  const ada = await newcomer();
  const ids = await makeMany(
    ada,
    Array.from({ length: 205 }, (_, n) => `Talk ${n}`),
  );
  const { items } = (await userObject(env, ada.userId).listConversations({ limit: 200 })) ?? { items: [] };
  const listed = new Set(items.map(({ id }) => id));
  const onTheNextPage = ids.filter((id) => !listed.has(id));
  expect(onTheNextPage).toHaveLength(5);
  let fresh: string[] = [];
  for await (const { name, content } of archive(await sourceOf(ada))) {
    if (typeof content === 'string') continue;
    let [text, count] = ['', 0];
    for await (const part of content) {
      text += part;
      count += 1;
      if (name !== 'conversations.json' || count !== 100) continue;
      // They jump from the page that is still to be read to the front of the one that is being read.
      for (const id of onTheNextPage)
        await conversation(env, id).update(ada.userId, { title: 'Renamed', status: null });
      fresh = await makeMany(ada, ['New']);
    }
    if (name !== 'conversations.json') continue;
    const found = Index.parse(JSON.parse(text)).items.map(({ id }) => id);
    expect(found.toSorted()).toEqual([...ids, ...fresh].toSorted());
    break;
  }
});

/** Puts large events into the log of a conversation, behind those it has. */
const fill = (id: string, count: number, chars: number) =>
  runInDurableObject(conversation(env, id), (_instance, { storage }) => {
    const { last } = storage.sql.exec<{ last: number }>('SELECT max(seq) AS last FROM events').one();
    for (let n = 1; n <= count; n += 1) {
      const seq = (last ?? 0) + n;
      const text = `event ${n} ${'x'.repeat(chars)}`;
      const event = {
        seq,
        at: new Date().toISOString(),
        type: 'message_added',
        messageId: uuidv4(),
        origin: 'user',
        content: [{ type: 'text', text }],
        queued: false,
      };
      storage.sql.exec('INSERT INTO events (seq, json) VALUES (?, ?)', seq, JSON.stringify(event));
    }
  });

it('reads a log of many pages to its end, and names what is deleted while it is read', async () => {
  const ada = await newcomer();
  const [short, long, gone, halfway] = await makeMany(ada, ['Short', 'Long', 'Gone', 'Halfway']);
  for (const id of [long, halfway]) await fill(id ?? '', 12, 1_500_000);
  let files = 0;
  async function* meddled() {
    for await (const entry of archive(await sourceOf(ada))) {
      files += 1;
      const name = entry.name;
      yield entry;
      // The index was read: from here on one is deleted before its turn, and one in the middle of it.
      if (name === 'conversations.json') await conversation(env, gone ?? '').remove(ada.userId);
      if (name.endsWith('/conversation.json') && name.includes('halfway'))
        await conversation(env, halfway ?? '').remove(ada.userId);
    }
  }
  const made = opened(unzip(await bytesOf(new Response(zip(meddled())))));
  expect(made.names).toHaveLength(files);

  const Events = z.object({ events: z.array(z.looseObject({ seq: z.number() })), lastSeq: z.number() });
  const whole = Events.parse(made.json(`${made.folder(long ?? '')}/events.json`));
  expect(whole.events).toHaveLength(12);
  expect(whole.lastSeq).toBe(whole.events.at(-1)?.seq);
  const transcript = made.text(`${made.folder(long ?? '')}/transcript.md`);
  for (let n = 1; n <= 12; n += 1) expect(transcript).toContain(`> event ${n} x`);

  // A part of it, in a file that can still be read; and the archive says so.
  const part = Events.parse(made.json(`${made.folder(halfway ?? '')}/events.json`));
  expect(part.events.length).toBeGreaterThan(0);
  expect(part.events.length).toBeLessThan(12);
  expect(made.names.filter((name) => name.includes('-gone-'))).toEqual([]);
  expect(made.names).toContain(`${made.folder(short ?? '')}/transcript.md`);
  const readme = made.text('README.txt');
  expect(readme).toContain(`before they could be read:\n  ${made.folder(gone ?? '')}\n`);
  expect(readme).toContain(`is not all:\n  ${made.folder(halfway ?? '')}\n`);
});

it('goes on without the database, and says what that leaves out', async () => {
  const ada = await newcomer();
  const [id] = await makeMany(ada, ['Kept']);
  const app = createApp({ clock, log });
  const down = { ...env, DATABASE_URL: 'postgresql://u:p@localhost:1/app' };
  const fetch = (request: Request) => app.fetch(request, down, createExecutionContext());
  const made = await exported(ada, EXPORT, { fetch });
  expect(made.json('account.json')).toMatchObject({
    profile: { id: ada.userId },
    sessions: [{}],
    passkeys: null,
    identities: null,
  });
  expect(made.text(`${made.folder(id ?? '')}/transcript.md`)).toContain('# Kept');
  expect(made.text('README.txt')).toContain('the database could not be reached');
});

it('breaks off, and can be seen to, when its session ends or something fails on the way', async () => {
  const ada = await newcomer();
  await makeMany(
    ada,
    Array.from({ length: 40 }, (_, n) => `Talk ${n}`),
  );
  const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
  const app = createApp({ clock, log });
  const fetch = (request: Request) => app.fetch(request, env, createExecutionContext());
  const response = await ada.call('GET', EXPORT, { fetch });
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  const readOn = async () => {
    for (;;) {
      const next = await reader?.read();
      if (next?.value === undefined) return;
      chunks.push(next.value);
      // Somewhere in the middle the session is ended from elsewhere.
      if (chunks.length !== 100) continue;
      await ada.call('POST', '/api/auth/sign-out');
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 });
    }
  };
  await expect(readOn()).rejects.toThrow('could not be finished');
  expect(chunks.length).toBeGreaterThan(100);
  const part = new Uint8Array(await new Blob(chunks).arrayBuffer());
  expect(() => unzip(part)).toThrow('end of central directory');
  expect(lines.mock.calls.flat().join('\n')).toContain('"event":"export_broke"');
});
