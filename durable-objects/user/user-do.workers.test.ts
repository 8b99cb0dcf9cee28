import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { formatRefreshToken } from '#shared/core/auth/refresh-token.ts';
import { ABSOLUTE_MS, IDLE_MS, RACE_MS } from '#shared/core/auth/refresh.ts';
import type { User } from '#shared/protocol/account.ts';
import type { Pauses } from '#shared/protocol/schedule.ts';
import { UserFrame } from '#shared/protocol/user-events.ts';
import { type ListQuery, type RegistryEntry, user } from './client.ts';

const device = { userAgent: null, place: null };
const AT = Date.UTC(2026, 10, 20, 9);

const profileOf = (id: string): User => ({
  id,
  email: 'ada@example.com',
  emailVerified: false,
  name: 'Ada',
  timezone: 'Europe/Paris',
  createdAt: new Date(AT).toISOString(),
});

async function newUser() {
  const id = uuidv4();
  const made = await user(env, id).create(profileOf(id));
  expect(made.ok).toBe(true);
  return { id, stub: () => user(env, id) };
}

const entry = (id: string, rev: number, more: Partial<RegistryEntry> = {}): RegistryEntry => ({
  id,
  rev,
  kind: 'chat',
  title: `title ${rev}`,
  status: 'active',
  waitingFor: null,
  working: false,
  lastOutcome: null,
  preview: 'preview',
  lastReplySeq: 0,
  questions: [],
  nextRunAt: null,
  nextDueAt: null,
  createdAt: AT,
  updatedAt: AT + rev,
  ...more,
});

/** Moves the clock that the app sees; the platform's own alarm clock stays real. */
function at(time: number): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(time);
}

afterEach(() => vi.useRealTimers());

/** Names of all tables in the object. */
const tablesOf = (id: string) =>
  runInDurableObject(user(env, id), (_instance, { storage }) =>
    storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
      .toArray()
      .map(({ name }) => name),
  );

async function open(stub: DurableObjectStub, ticket: string) {
  const response = await stub.fetch(`https://user/?ticket=${ticket}`, { headers: { upgrade: 'websocket' } });
  const socket = response.webSocket;
  if (!socket) return { status: response.status, next: null, send: null, closed: null };
  const frames: string[] = [];
  const waiting: Array<(text: string) => void> = [];
  socket.addEventListener('message', ({ data }) => {
    const waiter = waiting.shift();
    if (waiter) waiter(String(data));
    else frames.push(String(data));
  });
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener('close', ({ code }) => resolve(code)),
  );
  socket.accept();
  const raw = () => {
    const text = frames.shift();
    return text === undefined
      ? new Promise<string>((resolve) => waiting.push(resolve))
      : Promise.resolve(text);
  };
  const next = async () => UserFrame.parse(JSON.parse(await raw()));
  return { status: response.status, next, raw, send: (text: string) => socket.send(text), closed };
}

it('answers for a user that was never made, and leaves nothing behind', async () => {
  const id = uuidv4();
  const stub = user(env, id);
  const missing = { ok: false, code: 'not_found' };
  const token = formatRefreshToken({ userId: id, familyId: uuidv4() }, 'a'.repeat(43));
  expect(await stub.profile()).toBeNull();
  expect(await stub.updateProfile({ name: 'x' })).toEqual(missing);
  expect(await stub.openFamily({ ...device, userAgent: null }, 'password')).toEqual(missing);
  expect(await stub.rotate(token, device)).toEqual({ ok: false, code: 'refresh_invalid' });
  await stub.signOut(token, device);
  expect(await stub.putConversation(entry(uuidv4(), 1))).toEqual(missing);
  expect(await stub.removeConversation(uuidv4())).toEqual(missing);
  expect(await stub.listConversations({})).toEqual({ items: [], nextCursor: null });
  expect(await stub.summary(uuidv4())).toBeNull();
  expect(await stub.summaries([uuidv4()])).toEqual([]);
  expect(await stub.markRead(uuidv4(), 1)).toEqual(missing);
  expect(await stub.issueTicket(uuidv4())).toEqual(missing);
  expect((await open(stub, 'x')).status).toBe(401);
  expect((await stub.fetch('https://user/?ticket=x')).status).toBe(426);
  await stub.checkIn();
  expect(await tablesOf(id)).toEqual([]);
  await runInDurableObject(stub, async (_instance, { storage }) => {
    expect(await storage.getAlarm()).toBeNull();
    expect((await storage.list()).size).toBe(0);
  });
});

it('is made once, for the user whose name it bears, and keeps what was changed since', async () => {
  const { id, stub } = await newUser();
  expect(await stub().updateProfile({ name: 'Ada Lovelace' })).toMatchObject({ ok: true });
  expect(await stub().create({ ...profileOf(id), name: 'Somebody' })).toMatchObject({
    ok: true,
    user: { name: 'Ada Lovelace', timezone: 'Europe/Paris' },
  });
  expect(await stub().updateProfile({ timezone: 'UTC' })).toEqual({
    ok: true,
    user: { ...profileOf(id), name: 'Ada Lovelace', timezone: 'UTC' },
  });
  const other = uuidv4();
  await runInDurableObject(env.USER.getByName(other), (instance) => {
    expect(() => instance.create(profileOf(id))).toThrow(/another user/);
  });
  expect(await tablesOf(other)).toEqual([]);
});

it('lets exactly one of fifty parallel refreshes win, and ends the family when an old token comes back', async () => {
  const { stub } = await newUser();
  const opened = await stub().openFamily({ ...device, userAgent: 'browser' }, 'password');
  if (!opened.ok) throw new Error('no family');
  const start = Date.now();
  at(start);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => stub().rotate(opened.refreshToken, device)),
  );
  const [winner, ...more] = answers.filter(({ ok }) => ok);
  expect(more).toEqual([]);
  if (!winner?.ok) throw new Error('nobody won');
  expect(answers.filter((answer) => !answer.ok && answer.code === 'refresh_in_progress')).toHaveLength(49);
  expect(winner).toMatchObject({ sessionId: opened.sessionId, user: { name: 'Ada' } });

  // A made-up secret with the right ids says nothing about the family.
  const forged = opened.refreshToken.replace(/.{43}$/, 'A'.repeat(43));
  expect(await stub().rotate(forged, device)).toEqual({ ok: false, code: 'refresh_invalid' });
  at(start + RACE_MS - 1);
  expect(await stub().rotate(opened.refreshToken, device)).toEqual({
    ok: false,
    code: 'refresh_in_progress',
  });
  const second = await stub().rotate(winner.refreshToken, device);
  if (!second.ok) throw new Error('the successor was refused');

  at(start + RACE_MS);
  expect(await stub().rotate(opened.refreshToken, device)).toEqual({ ok: false, code: 'refresh_invalid' });
  expect(await stub().rotate(second.refreshToken, device)).toEqual({ ok: false, code: 'refresh_invalid' });
});

it('ends a session after thirty days, after fourteen idle ones, and when it is revoked', async () => {
  const { stub } = await newUser();
  const start = Date.now();
  const day = 24 * 60 * 60 * 1_000;
  async function session() {
    at(start);
    const opened = await stub().openFamily({ ...device, userAgent: 'x'.repeat(5_000) }, 'password');
    if (!opened.ok) throw new Error('no family');
    return opened.refreshToken;
  }

  let used = await session();
  for (let time = start + 10 * day; time < start + ABSOLUTE_MS; time += 10 * day) {
    at(time);
    const rotated = await stub().rotate(used, device);
    if (!rotated.ok) throw new Error(`refused after ${(time - start) / day} days`);
    used = rotated.refreshToken;
  }
  at(start + ABSOLUTE_MS);
  expect(await stub().rotate(used, device)).toEqual({ ok: false, code: 'refresh_invalid' });

  const idle = await session();
  at(start + IDLE_MS);
  expect(await stub().rotate(idle, device)).toEqual({ ok: false, code: 'refresh_invalid' });

  const [left, kept] = [await session(), await session()];
  await stub().signOut(left, device);
  await stub().signOut(left, device);
  expect(await stub().rotate(left, device)).toEqual({ ok: false, code: 'refresh_invalid' });
  expect(await stub().rotate(kept, device)).toMatchObject({ ok: true });
  // Opening one more clears away what has ended, with all its tokens.
  at(start + ABSOLUTE_MS + day);
  await stub().openFamily({ ...device, userAgent: null }, 'password');
  await runInDurableObject(stub(), (_instance, { storage }) => {
    for (const table of ['families', 'refresh_tokens'])
      expect(storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n).toBe(1);
  });
});

it('keeps the newest report of each conversation, and what was read of it', async () => {
  const { stub } = await newUser();
  const id = uuidv4();
  await stub().putConversation(entry(id, 2, { lastReplySeq: 5, working: true, nextRunAt: AT + 7 }));
  await stub().putConversation(entry(id, 1, { title: 'stale' }));
  await stub().putConversation(entry(id, 2, { title: 'repeated with a difference' }));
  expect(await stub().summary(id)).toEqual({
    id,
    rev: 2,
    kind: 'chat',
    title: 'title 2',
    status: 'active',
    waitingFor: null,
    working: true,
    lastOutcome: null,
    preview: 'preview',
    unread: true,
    questions: [],
    nextRunAt: new Date(AT + 7).toISOString(),
    paused: false,
    createdAt: new Date(AT).toISOString(),
    updatedAt: new Date(AT + 2).toISOString(),
  });
  expect(await stub().markRead(id, 5)).toEqual({ ok: true });
  expect(await stub().markRead(id, 3)).toEqual({ ok: true });
  expect(await stub().summary(id)).toMatchObject({ unread: false });
  // Seen on the open page before the report of it arrived.
  await stub().markRead(id, 9);
  await stub().putConversation(entry(id, 3, { lastReplySeq: 9 }));
  expect(await stub().summary(id)).toMatchObject({ unread: false, rev: 3 });
  await stub().putConversation(entry(id, 4, { lastReplySeq: 10 }));
  expect(await stub().summary(id)).toMatchObject({ unread: true });
  await stub().putConversation(entry(id, 5, { schedules: 1 }));
  expect(await stub().summary(id)).toMatchObject({ paused: true });
  await stub().putConversation(entry(id, 6, { schedules: 1, status: 'background' }));
  expect(await stub().summary(id)).toMatchObject({ paused: false });
  expect(await stub().markRead(uuidv4(), 1)).toEqual({ ok: false, code: 'not_found' });
});

it('lists by page without a gap or a repeat while things change, filters, and forgets what was removed', async () => {
  const { stub } = await newUser();
  // Many with the same time: the id then decides.
  const ids = Array.from({ length: 25 }, () => uuidv4());
  for (const [n, id] of ids.entries())
    await stub().putConversation(
      entry(id, 1, { updatedAt: AT + Math.floor(n / 10), status: n % 5 === 0 ? 'archived' : 'active' }),
    );
  const expected = ids
    .map((id, n) => ({ id, time: Math.floor(n / 10) }))
    .toSorted((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);

  const seen: string[] = [];
  let cursor: string | null = null;
  let moved = false;
  do {
    const page = await stub().listConversations({ limit: 10, ...(cursor === null ? {} : { cursor }) });
    if (!page) throw new Error('the cursor was refused');
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
    // Something on a page that was read already moves to the top: the later pages do not shift.
    if (!moved) await stub().putConversation(entry(seen[5] ?? '', 2, { updatedAt: AT + 100 }));
    moved = true;
  } while (cursor !== null);
  expect(seen).toEqual(expected);

  expect(await stub().listConversations({ cursor: 'x' })).toBeNull();
  expect((await stub().listConversations({ limit: 0 }))?.items).toHaveLength(1);
  expect((await stub().listConversations({ kind: 'task' }))?.items).toEqual([]);
  const archived = await stub().listConversations({ status: 'archived' });
  expect(archived?.items.every(({ status }) => status === 'archived')).toBe(true);

  const [gone, never] = [ids[3] ?? '', uuidv4()];
  for (const id of [gone, never]) {
    await stub().removeConversation(id);
    await stub().removeConversation(id);
    expect(await stub().putConversation(entry(id, 99))).toEqual({ ok: false, code: 'gone' });
    expect(await stub().summary(id)).toBeNull();
  }
  const rest = await stub().summaries([ids[0] ?? '', gone, never, ids[1] ?? '']);
  expect(rest.map(({ id }) => id)).toEqual([ids[0], ids[1]]);
});

it('lists those whose schedules are all paused, also archived ones, with why as far as that is known', async () => {
  const { stub } = await newUser();
  const byUser: Pauses = [{ reason: 'user', count: 1 }];
  const reports: Array<Partial<RegistryEntry>> = [
    { title: 'chat' },
    { title: 'live', status: 'background', schedules: 1 },
    { title: 'listens', status: 'background', schedules: 1, pauses: byUser },
    { title: 'paused', schedules: 1, pauses: byUser },
    { title: 'paused long ago', schedules: 1 },
    { title: 'waits', status: 'waiting_input', schedules: 1, pauses: byUser },
    { title: 'waits, one is live', status: 'waiting_input', schedules: 1 },
    { title: 'archived', status: 'archived', schedules: 2, pauses: [{ reason: 'archived', count: 2 }] },
    { title: 'archived chat', status: 'archived' },
    { title: 'task', kind: 'task', schedules: 1, pauses: byUser },
  ];
  for (const [n, report] of reports.entries())
    await stub().putConversation(entry(uuidv4(), 1, { ...report, updatedAt: AT - n }));
  const seen: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: ListQuery = { schedules: 'paused', tasks: false, limit: 3, ...(cursor && { cursor }) };
    const page = await stub().listConversations(query);
    if (!page) throw new Error('the cursor was refused');
    seen.push(...page.items.map(({ title, pauses }) => [title, pauses?.map(({ reason }) => reason)]));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual([
    ['paused', ['user']],
    ['paused long ago', undefined],
    ['waits', ['user']],
    ['archived', ['archived']],
  ]);
});

it('gives each ticket once, in time, and tells every open page what is new', async () => {
  const { stub } = await newUser();
  const opened = await stub().openFamily({ ...device, userAgent: null }, 'password');
  if (!opened.ok) throw new Error('no family');
  const ticket = async () => {
    const issued = await stub().issueTicket(opened.sessionId);
    if (!issued.ok) throw new Error('no ticket');
    expect(issued.expiresIn).toBe(30);
    return issued.ticket;
  };
  const [first, late] = [await ticket(), await ticket()];
  const one = await open(stub(), first);
  expect(one.status).toBe(101);
  expect((await open(stub(), first)).status).toBe(401);
  expect((await open(stub(), 'made up')).status).toBe(401);
  at(Date.now() + 30_000);
  expect((await open(stub(), late)).status).toBe(401);
  vi.useRealTimers();

  const two = await open(stub(), await ticket());
  if (!one.next || !two.next) throw new Error('no socket');
  for (const page of [one, two]) expect(await page.next?.()).toEqual({ live: true });
  two.send?.('ping');
  expect(await two.raw?.()).toBe('pong');

  const id = uuidv4();
  await stub().putConversation(entry(id, 1, { lastReplySeq: 4 }));
  for (const page of [one, two])
    expect(await page.next?.()).toMatchObject({ conversation: { id, rev: 1, unread: true } });
  await stub().putConversation(entry(id, 1, { title: 'repeated' }));
  await stub().markRead(id, 4);
  expect(await one.next()).toMatchObject({ conversation: { id, rev: 1, title: 'title 1', unread: false } });

  // Asleep, the sockets stay; the next word wakes a new instance that still knows everything.
  await evictDurableObject(stub());
  await stub().removeConversation(id);
  expect(await one.next()).toEqual({ removed: { id } });

  // A page that talks is cut off; signing out closes the rest of that session.
  two.send?.('hello');
  expect(await two.closed).toBe(1003);
  await stub().signOut(opened.refreshToken, device);
  expect(await one.closed).toBe(4001);
});

it('loses nothing when its process is lost', async () => {
  const { id, stub } = await newUser();
  const opened = await stub().openFamily({ ...device, userAgent: null }, 'password');
  const conversationId = uuidv4();
  await stub().putConversation(entry(conversationId, 3, { nextDueAt: Date.now() + 3_600_000 }));
  if (!opened.ok) throw new Error('no family');
  const rotated = await stub().rotate(opened.refreshToken, device);
  await abortAllDurableObjects();
  expect(await user(env, id).profile()).toEqual(profileOf(id));
  expect(await user(env, id).summary(conversationId)).toMatchObject({ rev: 3 });
  if (!rotated.ok) throw new Error('not rotated');
  expect(await user(env, id).rotate(rotated.refreshToken, device)).toMatchObject({ ok: true });
  await runInDurableObject(user(env, id), async (_instance, { storage }) => {
    // At the latest when the net has to look after the conversation; what was owed meanwhile may ring sooner.
    const alarm = await storage.getAlarm();
    expect(alarm).not.toBeNull();
    expect(alarm).toBeLessThanOrEqual(Date.now() + 3_660_000);
  });
});
