/**
 * Generated from the route table: every route and method with somebody else's token, session and key, and the owner's
 * ids wherever an id can stand. What takes an id answers 404; what takes none shows nothing of the owner. A new route
 * without an entry here does not compile, and fails the suite.
 */
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { user } from '#durable-objects/user/client.ts';
import { addPasskey } from '#shared/adapters/db/passkeys.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { type RouteName, routes } from '#shared/protocol/routes.ts';
import { newcomer, problemOf, type TestBrowser } from '#worker/test-browser.ts';
import { effect, memory, rule } from '../workers/desk.ts';
import { FakeServers, listingOf } from '../workers/fake-servers.ts';
import { standIn } from '../workers/stand-in.ts';
import { Talk } from '../workers/talk.ts';
import {
  type Attempt,
  CANARY,
  entries,
  type Entry,
  no401,
  type Owned,
  type Tickets,
} from '../workers/foreign-entries.ts';

const names = Object.keys(routes) as RouteName[];

let owner: TestBrowser;
let stranger: TestBrowser;
let key: string;
let owned: Owned;
let own: { conversationId: string };
let tickets: Tickets;

const told = async (browser: TestBrowser, method: string, path: string, body?: unknown) => {
  const response = await browser.call(method, path, body === undefined ? {} : { body });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return z.looseObject({}).parse(await response.json());
};

const keyOf = async (browser: TestBrowser, name: string) => {
  const body = { name, scopes: ['read', 'write', 'hooks', 'files'] };
  const made = await told(browser, 'POST', '/api/api-keys', body);
  return z.object({ apiKey: z.object({ id: z.string() }), secret: z.string() }).parse(made);
};

const ticketFrom = async (browser: TestBrowser, path: string) =>
  z.object({ ticket: z.string() }).parse(await told(browser, 'POST', path)).ticket;

/** Something of each kind that a conversation works with. */
async function deskOf(browser: TestBrowser) {
  const desk = user(env, browser.userId);
  const url = `https://${CANARY}.example.com/mcp`;
  new FakeServers().set(url, listingOf(CANARY));
  const { connection } = z
    .object({ connection: z.object({ id: z.string() }) })
    .parse(await told(browser, 'POST', '/api/connections', { url, name: CANARY }));
  const granted = rule({ title: CANARY, until: new Date(Date.now() + 60 * 60_000).toISOString() });
  await desk.addRule(granted);
  const kept = await desk.remember(memory(CANARY));
  await desk.recordEffects([effect({ summary: CANARY, at: new Date().toISOString() })]);
  const uploaded = await browser.call('POST', '/api/files', {
    raw: CANARY,
    headers: { 'content-type': 'text/plain', 'x-file-name': `${CANARY}.txt` },
  });
  const { file } = z.object({ file: z.object({ id: z.string() }) }).parse(await uploaded.json());
  return {
    connectionId: connection.id,
    ruleId: granted.id,
    memoryId: kept.ok ? kept.id : '',
    fileId: file.id,
  };
}

/** A schedule of a conversation, and the run of its message. */
async function workOf(browser: TestBrowser, conversationId: string) {
  const path = `/api/conversations/${conversationId}`;
  const body = { cron: '0 8 1 1 *', instruction: CANARY, name: CANARY };
  const One = z.object({ schedule: z.object({ id: z.string() }) });
  const { schedule } = One.parse(await told(browser, 'POST', `${path}/schedules`, body));
  const Runs = z.object({ items: z.array(z.object({ id: z.string() })) });
  const runs = Runs.parse(await told(browser, 'GET', `${path}/runs`));
  // Paused: what is tried must not be sent anywhere by itself.
  const hook = { name: CANARY, scheme: 'github', instruction: CANARY };
  const Hook = z.object({ webhook: z.object({ id: z.string() }) });
  const { webhook } = Hook.parse(await told(browser, 'POST', `${path}/webhooks`, hook));
  await told(browser, 'PATCH', `${path}/webhooks/${webhook.id}`, { paused: true });
  const Sent = z.object({ deliveryId: z.string() });
  const { deliveryId } = Sent.parse(await told(browser, 'POST', `${path}/webhooks/${webhook.id}/test`));
  return {
    scheduleId: schedule.id,
    runId: runs.items[0]?.id ?? '',
    webhookId: webhook.id,
    deliveryId,
  };
}

/** A day that goes on, with a task of the owner's. */
async function dayOf(browser: TestBrowser) {
  const Made = z.object({ run: z.object({ id: z.string() }) });
  const { run } = Made.parse(await told(browser, 'POST', '/api/daily/runs', {}));
  const Task = z.object({ task: z.object({ id: z.string() }) });
  const { task } = Task.parse(
    await told(browser, 'POST', `/api/daily/runs/${run.id}/tasks`, { text: CANARY }),
  );
  const Added = z.object({ channel: z.object({ id: z.string() }) });
  const url = 'https://hooks.slack.com/services/T0/B0/nobody';
  const { channel } = Added.parse(
    await told(browser, 'POST', '/api/channels', { kind: 'slack', url, name: CANARY.slice(0, 60) }),
  );
  return { dailyRunId: run.id, taskId: task.id, channelId: channel.id, sentId: uuidv4() };
}

/** A conversation that waits for its owner. */
async function askedBy(browser: TestBrowser) {
  const input = { questions: [{ question: CANARY, kind: 'text' }] };
  await standIn.reply(`ask ${CANARY}`, [{ type: 'tool_use', name: 'ask_user', input }]);
  const talk = await Talk.begin(browser, `ask ${CANARY}`);
  await (await talk.watch()).ended();
  return { askingId: talk.id, questionId: (await talk.get()).question?.id ?? '' };
}

beforeAll(async () => {
  await standIn.hurry();
  [owner, stranger] = await Promise.all([newcomer(), newcomer()]);
  const talk = await Talk.begin(owner, `Please remember ${CANARY}`);
  await (await talk.watch()).ended();
  const [message] = (await talk.messages()).items;
  const [session] = await user(env, owner.userId).listSessions(null);
  const passkeyId = uuidv4();
  await addPasskey(connect(env.DATABASE_URL), {
    id: passkeyId,
    userId: owner.userId,
    credentialId: uuidv4(),
    publicKey: 'cHVibGlj',
    counter: 0,
    transports: [],
    synced: false,
    name: CANARY,
    createdAt: new Date().toISOString(),
  });
  owned = {
    conversationId: talk.id,
    messageId: message?.id ?? '',
    sessionId: session?.id ?? '',
    apiKeyId: (await keyOf(owner, `key ${CANARY}`)).apiKey.id,
    passkeyId,
    ...(await deskOf(owner)),
    ...(await workOf(owner, talk.id)),
    ...(await askedBy(owner)),
    ...(await dayOf(owner)),
  };
  own = { conversationId: (await Talk.begin(stranger, 'Mine')).id };
  // Good tickets, but of the stranger: to be tried where only the owner's would do.
  tickets = {
    ticket: await ticketFrom(stranger, '/api/me/ticket'),
    conversationTicket: await ticketFrom(stranger, `/api/conversations/${own.conversationId}/ticket`),
  };
  key = (await keyOf(stranger, 'mine')).secret;
});

/** The path of a route with the owner's ids in it. Fails for a parameter that nobody has an id for. */
function pathOf(name: RouteName, attempt: Attempt): string {
  const path = routes[name].path.replace(/:(\w+)/g, (_all, parameter: string) => {
    const known: Partial<Record<string, string>> = { ...owned, ...attempt.own };
    const id = known[parameter];
    if (!id) throw new Error(`No id is known for :${parameter}`);
    return id;
  });
  return `${path}${attempt.query ?? ''}`;
}

const call = (name: RouteName, attempt: Attempt, authorization: string) =>
  stranger.call(routes[name].method, pathOf(name, attempt), {
    headers: { ...attempt.headers, authorization, cookie: '' },
    ...(attempt.body === undefined ? {} : { body: attempt.body }),
  });

/** Whether an answer holds anything that only the owner has. */
function showsOwner(text: string): boolean {
  const theirs = [...Object.values(owned), owner.userId, owner.email, CANARY];
  return theirs.some((word) => text.includes(word));
}

describe('somebody else', () => {
  it('has an entry for every route, and the table has every entry', () => {
    expect(Object.keys(entries).toSorted()).toEqual(names.toSorted());
  });

  it('calls open only what needs no token, and the end of one’s own account', () => {
    const open = names.filter((name) => 'open' in entries[name]);
    const guarded = open.filter(
      (name) => routes[name].access !== 'public' && routes[name].access !== 'cookie',
    );
    expect(guarded).toEqual(['deleteMe']);
  });

  it('tries ids that work for the owner', async () => {
    const paths = [
      `/api/conversations/${owned.conversationId}`,
      `/api/conversations/${owned.conversationId}/messages`,
      `/api/conversations/${owned.conversationId}/events`,
      '/api/sessions',
      '/api/api-keys',
      '/api/me/security',
      '/api/audit',
      '/api/connections',
      '/api/rules',
      '/api/memory',
      '/api/effects',
      '/api/files',
      `/api/files/${owned.fileId}`,
      '/api/inbox',
      `/api/conversations/${owned.askingId}/questions/${owned.questionId}`,
    ];
    const answers = await Promise.all(paths.map(async (path) => (await owner.call('GET', path)).text()));
    for (const text of answers) expect(showsOwner(text)).toBe(true);
    // The search has it as soon as the conversation has told the database.
    await expect
      .poll(async () => (await owner.call('GET', `/api/conversations?q=${CANARY}`)).text())
      .toContain(owned.conversationId);
  });

  it.each(names)('gets nothing of the owner by %s', async (name) => {
    const entry: Entry = entries[name];
    if ('open' in entry) return;
    const attempts = 'ids' in entry ? entry.ids({ ...owned, ...tickets }, own) : [entry.none];
    for (const attempt of attempts) {
      for (const token of [stranger.accessToken ?? '', key]) {
        const response = await call(name, attempt, `Bearer ${token}`);
        response.webSocket?.accept();
        expect(response.status).not.toBe(101);
        if (response.headers.get('content-type')?.startsWith('text/event-stream'))
          throw new Error('a stream of the owner was opened');
        const text = await response.clone().text();
        expect(showsOwner(text.replaceAll(stranger.userId, ''))).toBe(false);
        if (!('ids' in entry)) continue;
        const { needs } = routes[name];
        const keyless = token === key && (needs === 'session' || needs === 'confirmed');
        const withTicket = attempt.expect ?? [404, 'not_found'];
        expect(await problemOf(response)).toEqual(
          keyless && !attempt.expect ? [403, 'session_only'] : withTicket,
        );
      }
      if (attempt.expect) continue;
      expect(await problemOf(await call(name, attempt, ''))).toEqual(no401);
    }
  });

  it('exports only what is the caller’s', async () => {
    const response = await stranger.call('GET', '/api/export');
    expect(response.status).toBe(200);
    // Entries are stored as they are, so what is in them can be read in the archive.
    const archive = new TextDecoder('latin1').decode(await response.arrayBuffer());
    expect(archive).toContain(stranger.userId);
    expect(archive).toContain(own.conversationId);
    expect(showsOwner(archive)).toBe(false);
    const mine = new TextDecoder('latin1').decode(
      await (await owner.call('GET', '/api/export')).arrayBuffer(),
    );
    expect(showsOwner(mine)).toBe(true);
  });

  it('has changed nothing', async () => {
    const talk = new Talk(owner, owned.conversationId);
    expect(await talk.get()).toMatchObject({ status: 'background' });
    expect((await talk.messages()).items.map(({ id }) => id)).toContain(owned.messageId);
    const sessions = await told(owner, 'GET', '/api/sessions');
    expect(JSON.stringify(sessions)).toContain(owned.sessionId);
    expect(JSON.stringify(await told(owner, 'GET', '/api/api-keys'))).toContain(owned.apiKeyId);
    expect(JSON.stringify(await told(owner, 'GET', '/api/me/security'))).toContain(owned.passkeyId);
    const { items } = z
      .object({ items: z.array(z.looseObject({})) })
      .parse(await told(owner, 'GET', '/api/connections'));
    const tools = [expect.objectContaining({ setting: 'default', review: 'new' })];
    expect(items).toEqual([expect.objectContaining({ name: CANARY, status: 'connected', tools })]);
    for (const path of ['rules', 'memory', 'effects', 'files'])
      expect(JSON.stringify(await told(owner, 'GET', `/api/${path}`))).toContain(CANARY);
    expect(await new Talk(owner, owned.askingId).get()).toMatchObject({
      status: 'waiting_input',
      question: { id: owned.questionId },
    });
  });
});
