import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { beforeAll, expect, it } from 'vitest';
import { createAccount, findAccount } from './accounts.ts';
import { connect } from './client.ts';
import { makeSchedule } from '#shared/core/schedule/make.ts';
import { shownSchedule } from '#shared/core/schedule/shown.ts';
import type { Schedule } from '#shared/protocol/schedule.ts';
import { buryConversation, project } from './projection.ts';
import { searchConversations } from './search.ts';

const database = connect(env.DATABASE_URL);
const ada = uuidv4();
const bob = uuidv4();
const AT = Date.UTC(2026, 10, 20, 9);

/** Conversations by a name for the tests; the later in the list, the later changed. */
const world: Record<string, { ownerId: string; title: string | null; texts: string[]; archived?: boolean }> =
  {
    invoice: { ownerId: ada, title: 'Invoices of October', texts: ['Please draft the Rechnung for ACME'] },
    trip: { ownerId: ada, title: null, texts: ['Flights to Lisbon', 'The cheapest flight leaves on Monday'] },
    percent: { ownerId: ada, title: '100% done_deal', texts: ['nothing'] },
    archived: { ownerId: ada, title: 'Old flight', texts: [], archived: true },
    buried: { ownerId: ada, title: 'Flight that was deleted', texts: ['flight'] },
    dropped: { ownerId: ada, title: 'Empty', texts: [] },
    foreign: { ownerId: bob, title: 'Flight of Bob', texts: ['flight'] },
  };
const ids = Object.fromEntries(Object.keys(world).map((name) => [name, uuidv4()]));
const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id);

async function search(q: string, more: { ownerId?: string; limit?: number; cursor?: string } = {}) {
  const found = await searchConversations(database, { ownerId: ada, q, ...more });
  return found ? { names: found.ids.map(nameOf), nextCursor: found.nextCursor } : null;
}

const rowOf = (id: string, ownerId: string, title: string | null) => ({
  id,
  ownerId,
  title,
  rev: 1,
  kind: 'chat' as const,
  status: 'active' as const,
  waitingFor: null,
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 },
  nextDueAt: null,
  nextRunAt: null,
  createdAt: AT,
  updatedAt: AT,
});

function scheduleOf(conversationId: string, status: Schedule['status']): Schedule {
  const given = { instruction: 'look', cron: '0 8 * * *' };
  const made = makeSchedule(given, { id: uuidv4(), ownZone: 'UTC', now: AT });
  if (!made.ok) throw new Error(made.detail);
  return { ...shownSchedule(made.schedule, conversationId, 'UTC'), status };
}

beforeAll(async () => {
  for (const [at, [name, { ownerId, title, texts, archived }]] of Object.entries(world).entries()) {
    const id = ids[name] ?? '';
    const conversation = {
      ...rowOf(id, ownerId, title),
      status: archived ? ('archived' as const) : ('active' as const),
      updatedAt: AT + at,
    };
    const messages = texts.map((text, seq) => ({
      id: uuidv4(),
      rev: 1,
      seq,
      role: 'user' as const,
      origin: 'user' as const,
      turnId: null,
      content: [{ type: 'text' as const, text }],
      text,
      createdAt: new Date(AT).toISOString(),
    }));
    await project(database, { conversation, messages, removed: [] });
    if (name === 'buried') await buryConversation(database, { id, ownerId, rev: 2 });
    if (name === 'dropped') {
      const message = { id: uuidv4(), rev: 1, seq: 1, role: 'user' as const, origin: 'user' as const };
      const said = {
        ...message,
        turnId: null,
        content: [],
        text: 'flight',
        createdAt: new Date(AT).toISOString(),
      };
      await project(database, { conversation, messages: [said], removed: [] });
      await project(database, { conversation, messages: [], removed: [{ id: message.id, rev: 2 }] });
    }
  }
});

it('finds words in titles and messages of the owner alone, the last changed first, without what was deleted', async () => {
  expect((await search('flight'))?.names).toEqual(['archived', 'trip']);
  expect((await search('FLIGHT monday'))?.names).toEqual(['trip']);
  expect((await search('flight', { ownerId: bob }))?.names).toEqual(['foreign']);
  expect((await search('flight', { ownerId: uuidv4() }))?.names).toEqual([]);
  expect((await search('"cheapest flight"'))?.names).toEqual(['trip']);
  expect((await search('flight -monday'))?.names).toEqual(['archived']);
  expect((await search('rechnung or lisbon'))?.names).toEqual(['trip', 'invoice']);
});

it('finds a part of a title, and takes wildcards and quotes for what they are', async () => {
  expect((await search('voice'))?.names).toEqual(['invoice']);
  expect((await search('100%'))?.names).toEqual(['percent']);
  expect((await search('e_d'))?.names).toEqual(['percent']);
  for (const odd of ['%', '_', "'", '"', '\\', ' ( & | ! ) :*', 'a\u0000b', '\uD800', '   '])
    expect((await search(odd))?.names).toBeInstanceOf(Array);
  expect((await search('%'))?.names).toEqual(['percent']);
});

it('goes through the pages without a gap or a repeat, and refuses a cursor that is none', async () => {
  const first = await search('flight', { limit: 1 });
  expect(first).toMatchObject({ names: ['archived'], nextCursor: expect.any(String) });
  const second = await search('flight', { limit: 1, cursor: first?.nextCursor ?? '' });
  expect(second).toEqual({ names: ['trip'], nextCursor: null });
  for (const cursor of ['x', '1.x', `${AT}.${'z'.repeat(36)}`, `99999999999999.${ada}`, "1.' or 1=1"])
    expect(await search('flight', { cursor })).toBeNull();
  expect((await search('flight', { cursor: `9999999999999.${ada}` }))?.names).toEqual(['archived', 'trip']);
});

it('finds among those whose schedules are all paused, also in the archive', async () => {
  const ownerId = uuidv4();
  const added: Record<string, string> = {};
  const add = async (
    name: string,
    conversationStatus: 'active' | 'archived' | 'background',
    each: Schedule['status'][],
  ) => {
    const id = uuidv4();
    added[id] = name;
    const conversation = { ...rowOf(id, ownerId, `Watch ${name}`), status: conversationStatus };
    const schedules = each.map((status) => scheduleOf(id, status));
    await project(database, { conversation, messages: [], removed: [], schedules });
  };
  await add('paused', 'active', ['paused', 'ended']);
  await add('archived', 'archived', ['paused']);
  await add('live', 'background', ['live', 'paused']);
  await add('listens', 'background', ['paused']);
  await add('ended', 'active', ['ended']);
  const found = await searchConversations(database, { ownerId, q: 'watch', schedules: 'paused' });
  expect(new Set(found?.ids.map((id) => added[id]))).toEqual(new Set(['paused', 'archived']));
});

it('gives an address to one of two who sign up at once', async () => {
  const account = (id: string) => ({
    id,
    email: 'ada@example.com',
    emailVerified: false,
    passwordHash: `hash of ${id}`,
    name: 'Ada',
    timezone: 'UTC',
    createdAt: new Date(AT).toISOString(),
  });
  const made = await Promise.all(
    Array.from({ length: 10 }, () => createAccount(database, account(uuidv4()))),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  const found = await findAccount(database, 'ada@example.com');
  expect(found?.passwordHash).toBe(`hash of ${found?.user.id}`);
  expect(found?.user).toMatchObject({ name: 'Ada', timezone: 'UTC', createdAt: new Date(AT).toISOString() });
  expect(await findAccount(database, 'nobody@example.com')).toBeNull();
});
