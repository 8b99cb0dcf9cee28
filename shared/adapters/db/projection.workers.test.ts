import { env } from 'cloudflare:workers';
import { asc, eq, sql } from 'drizzle-orm';
import { v4 as uuidv4 } from 'uuid';
import { expect, it, vi } from 'vitest';
import { ask, connect } from './client.ts';
import { DatabaseFault, DatabaseUnavailable } from './faults.ts';
import { overdueConversations } from './overdue.ts';
import { buryConversation, type ConversationRow, type MessageRow, project } from './projection.ts';
import { conversations, messages, runs as runRows } from './schema.ts';
import type { Run } from '#shared/protocol/run.ts';

const database = connect(env.DATABASE_URL);
const AT = Date.UTC(2026, 10, 20, 9);

const row = (id: string, rev: number, more: Partial<ConversationRow> = {}): ConversationRow => ({
  id,
  ownerId: '00000000-0000-4000-8000-000000000001',
  rev,
  kind: 'chat',
  title: `title ${rev}`,
  status: 'active',
  waitingFor: null,
  usage: { inputTokens: rev, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, cost: 0.5 },
  nextDueAt: null,
  nextRunAt: null,
  createdAt: AT,
  updatedAt: AT + rev,
  ...more,
});

const message = (id: string, rev: number, text = `text ${rev}`): MessageRow => ({
  id,
  rev,
  seq: rev,
  role: 'user',
  origin: 'user',
  turnId: null,
  content: [{ type: 'text', text }],
  text,
  createdAt: new Date(AT).toISOString(),
});

/** What is in the database of one conversation, as far as a reader would see it. */
async function stored(id: string) {
  const [conversation] = await database.select().from(conversations).where(eq(conversations.id, id));
  const rows = await database
    .select()
    .from(messages)
    .where(eq(messages.conversationId, id))
    .orderBy(asc(messages.seq), asc(messages.id));
  if (!conversation) throw new Error('The conversation is not there');
  return {
    conversation,
    messages: rows.map((row) => ({
      id: row.id,
      seq: row.seq,
      rev: row.rev,
      role: row.role,
      text: row.text,
      content: row.content,
      gone: row.deletedAt !== null,
    })),
  };
}

/** The steps in every order. */
function permutations<Item>(items: ReadonlyArray<Item>): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

it('ends in the same state for every order of arrival, and when each report comes twice', async () => {
  const outcomes = new Set<string>();
  const [m1, m2, m3] = [uuidv4(), uuidv4(), uuidv4()];
  for (const order of permutations([0, 1, 2, 3])) {
    const id = uuidv4();
    const reports = [
      { conversation: row(id, 1), messages: [message(m1, 1, 'first')], removed: [] },
      { conversation: row(id, 2), messages: [message(m1, 2, 'edited'), message(m2, 2)], removed: [] },
      { conversation: row(id, 3), messages: [message(m3, 3)], removed: [{ id: m2, rev: 3 }] },
      { conversation: row(id, 4, { nextDueAt: AT, title: null }), messages: [], removed: [] },
    ];
    for (const at of [...order, ...order]) {
      const report = reports[at];
      if (report) await project(database, report);
    }
    const end = await stored(id);
    expect(end.conversation).toMatchObject({ rev: 4, title: null, inputTokens: 4, nextDueAt: new Date(AT) });
    outcomes.add(JSON.stringify(end.messages));
  }
  expect([...outcomes]).toHaveLength(1);
  expect(JSON.parse([...outcomes][0] ?? '')).toMatchObject(
    [
      { id: m1, rev: 2, text: 'edited', gone: false },
      { id: m2, rev: 3, text: '', content: [], gone: true },
      { id: m3, rev: 3, gone: false },
    ].toSorted((a, b) => a.rev - b.rev || (a.id < b.id ? -1 : 1)),
  );
});

it('never brings back what was deleted, whether the report comes late or the burial first', async () => {
  const [late, first] = [uuidv4(), uuidv4()];
  const report = (id: string, rev: number) => ({
    conversation: row(id, rev, { nextDueAt: AT }),
    messages: [message(uuidv4(), rev, 'do not keep me')],
    removed: [{ id: uuidv4(), rev }],
  });
  const { ownerId } = row(late, 0);
  await project(database, report(late, 1));
  for (const id of [late, first]) {
    await buryConversation(database, { id, ownerId, rev: 2 });
    await project(database, report(id, 9));
    await buryConversation(database, { id, ownerId, rev: 2 });
    const end = await stored(id);
    expect(end.conversation).toMatchObject({ id, ownerId, title: null, nextDueAt: null });
    expect(end.conversation.deletedAt).toBeInstanceOf(Date);
    expect(end.messages).toEqual([]);
  }
  expect(await overdueConversations(database, new Date(AT + 1), 500)).not.toContain(late);
});

it('keeps one truth when reports and a burial run into each other', async () => {
  const ids = Array.from({ length: 10 }, () => uuidv4());
  await Promise.all(
    ids.flatMap((id) => [
      ...[1, 2, 3].map((rev) =>
        project(database, { conversation: row(id, rev), messages: [message(uuidv4(), rev)], removed: [] }),
      ),
      buryConversation(database, { id, ownerId: row(id, 0).ownerId, rev: 2 }),
    ]),
  );
  for (const id of ids) {
    const end = await stored(id);
    expect(end.conversation.deletedAt).toBeInstanceOf(Date);
    expect(end.messages).toEqual([]);
  }
});

it('takes in what Postgres cannot hold, two versions of one message, and more than fits into one batch', async () => {
  const id = uuidv4();
  const twice = uuidv4();
  const many = Array.from({ length: 205 }, (_, at) => message(uuidv4(), at + 2));
  const large = Array.from({ length: 12 }, (_, at) => message(uuidv4(), 300 + at, '漢 '.repeat(200_000)));
  await project(database, {
    conversation: row(id, 400, { title: 'a\u0000b\uD800' }),
    messages: [message(twice, 1, 'old'), message(twice, 2, 'nul \u0000 half \uDC00'), ...many, ...large],
    removed: [],
  });
  const end = await stored(id);
  expect(end.conversation.title).toBe('a\uFFFDb\uFFFD');
  expect(end.messages).toHaveLength(1 + many.length + large.length);
  expect(end.messages.find((m) => m.id === twice)).toMatchObject({
    rev: 2,
    text: 'nul \uFFFD half \uFFFD',
    content: [{ type: 'text', text: 'nul \uFFFD half \uFFFD' }],
  });
});

it('does not choke on the text that makes the largest search index', async () => {
  // Different words of one character each: the index is then larger than the text.
  const words = Array.from({ length: 60_000 }, (_, at) => String.fromCodePoint(0x20000 + at)).join(' ');
  const id = uuidv4();
  await project(database, { conversation: row(id, 1), messages: [message(uuidv4(), 1, words)], removed: [] });
  expect((await stored(id)).messages).toHaveLength(1);
});

it('lists what is overdue, the longest first, and only so many', async () => {
  const ids = [uuidv4(), uuidv4(), uuidv4()];
  const early = Date.UTC(2020, 0, 1);
  for (const [at, id] of ids.entries())
    await project(database, {
      conversation: row(id, 1, { nextDueAt: early - at }),
      messages: [],
      removed: [],
    });
  expect(await overdueConversations(database, new Date(early), 500)).toEqual([ids[2], ids[1]]);
  expect(await overdueConversations(database, new Date(early), 1)).toEqual([ids[2]]);
});

it('tells a database that is away from a statement that is wrong', async () => {
  const away = connect('postgresql://u:p@localhost:1/app');
  const report = { conversation: row(uuidv4(), 1), messages: [], removed: [] };
  await expect(project(away, report)).rejects.toThrow(DatabaseUnavailable);
  const wrong = project(database, { ...report, conversation: row('not an id', 1) });
  await expect(wrong).rejects.toMatchObject({ name: 'DatabaseFault', code: '22P02', retryable: false });
  await expect(wrong).rejects.toThrow(DatabaseFault);
  await expect(wrong).rejects.not.toThrow(/not an id/);
  for (const status of [200, 400, 502]) {
    vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response('<html>Bad gateway', { status }));
    await expect(project(database, report)).rejects.toThrow(DatabaseUnavailable);
  }
  const impatient = connect(env.DATABASE_URL, AbortSignal.timeout(50));
  await expect(ask(impatient.execute(sql`select pg_sleep(5)`))).rejects.toThrow(DatabaseUnavailable);
});

it('lets runs go that their conversation keeps no more, and none that is not over', async () => {
  const id = uuidv4();
  const run = (n: number, status: Run['status']): Run => ({
    id: uuidv4(),
    conversationId: id,
    trigger: { type: 'schedule' },
    status,
    startedAt: new Date(AT + n).toISOString(),
    endedAt: null,
    workMs: 0,
    turns: 1,
    steps: 0,
    tools: 0,
    usage: row(id, 1).usage,
    cost: 0,
    outcome: null,
    code: null,
    model: 'm',
    demo: false,
  });
  const all = [run(0, 'waiting'), run(1, 'ended'), run(2, 'ended')];
  await project(database, { conversation: row(id, 1), messages: [], removed: [], runs: all });
  const next = run(3, 'running');
  const later = { conversation: row(id, 2), messages: [], removed: [], runs: [next], runsFrom: AT + 2 };
  await project(database, later);
  const kept = await database.select().from(runRows).where(eq(runRows.conversationId, id));
  expect(new Set(kept.map((each) => each.id))).toEqual(new Set([all[0]?.id, all[2]?.id, next.id]));
});
