import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { conversation } from '#durable-objects/conversation/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { AuditEntry } from '#shared/protocol/security.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { createApp } from '../app.ts';
import { opened } from '#test/workers/export-archive.ts';
import { bytesOf, EXPORT, exported, makeMany } from '#test/workers/exports.ts';
import { unzip } from '#test/workers/unzip.ts';
import { newcomer, problemOf, type TestBrowser } from '../test-browser.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ticketOf = async (browser: TestBrowser, headers: Record<string, string> = {}) =>
  z
    .object({ ticket: z.string() })
    .parse(await (await browser.call('POST', '/api/me/ticket', { headers })).json()).ticket;

/** As a page that goes to an address: with the cookie, and without the token. */
const navigate = (browser: TestBrowser, ticket: string) =>
  browser.call('GET', `${EXPORT}?ticket=${encodeURIComponent(ticket)}`, { headers: { authorization: '' } });

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
