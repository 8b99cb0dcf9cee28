import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { EventPage } from '#shared/protocol/events.ts';
import { UserFrame } from '#shared/protocol/user-events.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';
import { user } from '#durable-objects/user/client.ts';
import { conversation } from './client.ts';

const tables = (state: DurableObjectState) =>
  state.storage.sql
    .exec<{ name: string }>(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`)
    .toArray();

beforeAll(standIn.hurry);

describe('a message', () => {
  it('is answered in a stream, and every view tells the same story', async () => {
    const talk = await Talk.begin(await newcomer());
    const watcher = await talk.watch();
    const accepted = await talk.say('Hello there');
    await watcher.ended();
    expect(watcher.events.map(({ seq, type }) => `${seq} ${type}`).slice(0, 4)).toEqual([
      '1 message_added',
      '2 turn_started',
      '3 step_done',
      '4 turn_ended',
    ]);
    expect(accepted).toMatchObject({ seq: 1, turnId: watcher.transcript.messages[1]?.id });
    expect(watcher.texts()).toHaveLength(2);
    expect(`assistant: ${watcher.written.get(1)}`).toBe(
      watcher.texts()[1]?.slice(0, `assistant: ${watcher.written.get(1)}`.length),
    );
    const page = EventPage.parse(await (await talk.call('GET', '/events?after=2')).json());
    expect(page.events).toEqual(watcher.events.filter(({ seq }) => seq > 2).slice(0, page.events.length));
    const { items } = await talk.messages();
    expect(items).toEqual(watcher.transcript.messages.map(({ rev: _rev, ...message }) => message));
    expect(await talk.get()).toMatchObject({
      working: false,
      lastOutcome: 'completed',
      model: { demo: true },
    });
    expect((await talk.get()).usage.cost).toBeGreaterThan(0);
  });

  it('sent a hundred times at once is one message, with a hundred equal answers', async () => {
    const talk = await Talk.begin(await newcomer());
    const id = uuidv7();
    const answers = await Promise.all(Array.from({ length: 100 }, () => talk.say('Only once, please', id)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const watcher = await talk.watch();
    await watcher.ended();
    expect(
      watcher.events.filter(({ type }) => type === 'message_added' || type === 'turn_started'),
    ).toHaveLength(2);
    const other = await talk.call('POST', '/messages', { id, text: 'Something else under the same id' });
    expect(await problemOf(other)).toEqual([409, 'id_conflict']);
  });

  it('that starts a conversation makes one, however often it is sent', async () => {
    const browser = await newcomer();
    const body = { id: uuidv7(), message: { text: 'Start once' } };
    const sent = await Promise.all(
      Array.from({ length: 20 }, async () =>
        (await browser.call('POST', '/api/conversations', { body })).json(),
      ),
    );
    expect(new Set(sent.map((one) => (one as { turnId: string }).turnId)).size).toBe(1);
    const keyed = await Promise.all(
      Array.from({ length: 5 }, async () =>
        (
          await browser.call('POST', '/api/conversations', {
            body: {},
            headers: { 'idempotency-key': 'k-1' },
          })
        ).json(),
      ),
    );
    expect(new Set(keyed.map((one) => (one as { conversation: { id: string } }).conversation.id)).size).toBe(
      1,
    );
  });

  it('waits while a reply is written; two pages see the same; a late joiner gets the text so far in one piece', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `count slowly ${talk.id}`;
    await standIn.hold(words, 5);
    const first = await talk.watch();
    await talk.say(`[scenario: long words=60] ${words}`);
    await standIn.held();
    await first.until(({ written }) => (written.get(1) ?? '').length > 0);
    const queued = await talk.say('and then?');
    const second = await talk.watch();
    await second.until(({ transcript }) => transcript.live !== null);
    // What is still due goes to the first page before the second one gets all of it.
    await expect.poll(() => first.transcript.live?.text).toBe(second.transcript.live?.text);
    expect(second.transcript.queue.map(({ id }) => id)).toEqual([queued.messageId]);
    await standIn.release();
    await Promise.all([first.ended(2), second.ended(2)]);
    expect(second.texts()).toEqual(first.texts());
    expect(first.transcript.turns[queued.turnId]?.ended?.outcome).toBe('completed');
  });
});

describe('stop', () => {
  it('keeps what was written, holds what is queued, and sends it on demand', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `stop me here ${talk.id}`;
    await standIn.hold(words, 6);
    const watcher = await talk.watch();
    await talk.say(`[scenario: long words=80] ${words}`);
    const queued = await talk.say('queued words');
    await watcher.until(({ written }) => (written.get(1) ?? '').length > 0);
    const seen = watcher.written.get(1) ?? '';
    expect((await talk.call('POST', '/stop')).status).toBe(202);
    await watcher.ended();
    expect(watcher.texts()[1]?.startsWith(`assistant: ${seen}`)).toBe(true);
    expect(watcher.events.at(-1)).toMatchObject({ type: 'turn_ended', outcome: 'stopped' });
    expect((await talk.call('POST', '/stop')).status).toBe(202);
    expect(await talk.get()).toMatchObject({ working: false });
    const edited = await talk.call('PATCH', `/messages/${queued.messageId}`, {
      text: 'queued, changed',
      sendNow: true,
    });
    expect(await edited.json()).toEqual({ messageId: queued.messageId, turnId: queued.turnId });
    await watcher.ended(2);
    expect(watcher.texts()[2]).toBe('user: queued, changed');
    await standIn.release();
  });
});

describe('failure of the model', () => {
  it('is tried again by itself, and the reader sees that it is', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `be patient ${talk.id}`;
    await standIn.queue(words, 'rate-limit', { 'retry-after-ms': 20 }, 1);
    const watcher = await talk.watch();
    await talk.say(words);
    await watcher.ended();
    const retry = watcher.events.find(({ type }) => type === 'turn_retrying');
    expect(retry).toMatchObject({ attempt: 2, code: 'rate_limited' });
    expect(watcher.events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(watcher.texts()).toHaveLength(2);
  });

  it('that no retry can mend ends the turn with its code, and the reply can be asked for again', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `no key today ${talk.id}`;
    await standIn.queue(words, 'unauthorized');
    const watcher = await talk.watch();
    const { messageId } = await talk.say(words);
    await watcher.ended();
    expect(watcher.events.at(-1)).toMatchObject({ outcome: 'failed', code: 'model_key_refused' });
    expect((await talk.call('POST', `/messages/${messageId}/regenerate`)).status).toBe(202);
    await watcher.ended(2);
    expect(watcher.events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(watcher.texts()).toHaveLength(2);
  });

  it.each([
    ['refusal', 'failed', 'refusal'],
    ['max-tokens', 'limit', 'max_tokens'],
    ['max-tokens-tool', 'limit', 'max_tokens'],
    ['context-exceeded', 'limit', 'context_window'],
    ['stop-sequence', 'completed', null],
    ['pause-turn', 'completed', null],
    ['tool', 'completed', null],
  ])('%s ends as %s with %s, and the conversation goes on', async (scenario, outcome, code) => {
    const talk = await Talk.begin(await newcomer());
    const text = `case ${scenario} ${talk.id}`;
    await standIn.queue(text, scenario, scenario === 'tool' ? { name: 'send_mail', input: { to: 'x' } } : {});
    const watcher = await talk.watch();
    await talk.say(text);
    await watcher.ended();
    expect(watcher.events.find(({ type }) => type === 'turn_ended')).toMatchObject({ outcome, code });
    await talk.say('and now?');
    await watcher.ended(2);
    expect(watcher.events.filter(({ type }) => type === 'turn_ended')[1]).toMatchObject({
      outcome: 'completed',
    });
  });
});

const abort = async (id: string): Promise<void> => {
  await runInDurableObject(conversation(env, id), (_object, state) => state.abort('the process died')).catch(
    () => {},
  );
};

const owed = (state: DurableObjectState) => state.storage.sql.exec('SELECT 1 FROM outbox').toArray().length;

describe('the death of the process', () => {
  it('in the middle of a reply costs an attempt and nothing else', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `survive this ${talk.id}`;
    await standIn.hold(words, 4);
    const before = await talk.watch();
    await talk.say(`[scenario: long words=40] ${words}`);
    await standIn.held();
    await before.until(({ written }) => (written.get(1) ?? '').length > 0);
    await abort(talk.id);
    // The page asks again, as it does when its socket breaks: that alone wakes the object and its turn.
    const after = await talk.watch(before.transcript.lastSeq);
    await after.ended();
    expect(after.events[0]).toMatchObject({ type: 'turn_retrying', attempt: 2, code: 'interrupted' });
    expect((await talk.messages()).items.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(await talk.get()).toMatchObject({ lastOutcome: 'completed' });
  });

  it('is found by the doorbell alone, without any page', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `nobody looks ${talk.id}`;
    await standIn.hold(words, 4);
    await talk.say(`[scenario: long words=40] ${words}`);
    await standIn.held();
    await abort(talk.id);
    await conversation(env, talk.id).checkIn();
    const watcher = await talk.watch();
    await watcher.ended();
    expect(watcher.events.filter(({ type }) => type === 'step_done')).toHaveLength(1);
  });

  it('with its alarm lost is found by the net of the user, within ninety seconds of the due time', async () => {
    const browser = await newcomer();
    const talk = await Talk.begin(browser);
    const words = `lose the alarm ${talk.id}`;
    await standIn.queue(words, 'rate-limit', { 'retry-after': 600 });
    const watcher = await talk.watch();
    await talk.say(words);
    await watcher.until(({ events }) => events.some(({ type }) => type === 'turn_retrying'));
    const stub = conversation(env, talk.id);
    await expect.poll(() => runInDurableObject(stub, (_object, state) => owed(state))).toBe(0);
    await runInDurableObject(stub, (_object, state) => state.storage.deleteAlarm());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 + 90_000 });
    expect(await runDurableObjectAlarm(user(env, browser.userId))).toBe(true);
    await watcher.ended();
    vi.useRealTimers();
    expect(watcher.events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  it('by eviction while a turn waits for its next attempt loses neither the turn nor the open page', async () => {
    const talk = await Talk.begin(await newcomer());
    const words = `come back ${talk.id}`;
    await standIn.queue(words, 'rate-limit', { 'retry-after': 600 });
    const watcher = await talk.watch();
    await talk.say(words);
    await watcher.until(({ events }) => events.some(({ type }) => type === 'turn_retrying'));
    const stub = conversation(env, talk.id);
    await expect.poll(() => runInDurableObject(stub, (_object, state) => owed(state))).toBe(0);
    await evictDurableObject(stub);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    await watcher.ended();
    vi.useRealTimers();
    expect(watcher.events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(watcher.texts()).toHaveLength(2);
  });
});

describe('a long conversation', () => {
  it('is read from the prompt cache, and costs less for it', async () => {
    const talk = await Talk.begin(await newcomer());
    const watcher = await talk.watch();
    await talk.say(`Remember this: ${'the quick brown fox jumps over the lazy dog. '.repeat(300)}`);
    await watcher.ended();
    await talk.say('What did I say first?');
    await watcher.ended(2);
    const [first, second] = watcher.events.flatMap((event) =>
      event.type === 'step_done' ? [event.usage] : [],
    );
    expect(first?.cacheWriteTokens).toBeGreaterThan(2_000);
    expect(second?.cacheReadTokens).toBeGreaterThanOrEqual(first?.cacheWriteTokens ?? 0);
    expect(second?.cost).toBeLessThan((first?.cost ?? 0) / 2);
  });
});

describe('the database', () => {
  it('may be down: the chat goes on, and what happened meanwhile is written when it is back', async () => {
    const talk = await Talk.begin(await newcomer());
    const [up, stub] = [env.DATABASE_URL, conversation(env, talk.id)];
    env.DATABASE_URL = 'postgresql://postgres:pw@localhost:1/closed';
    try {
      const watcher = await talk.watch();
      await talk.say('are you there?');
      await watcher.ended();
      expect(watcher.texts()).toHaveLength(2);
    } finally {
      env.DATABASE_URL = up;
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 });
    await stub.checkIn();
    vi.useRealTimers();
    const search = async () =>
      (await (await talk.browser.call('GET', '/api/conversations?q=there')).json()) as { items: unknown[] };
    await expect.poll(async () => (await search()).items.length).toBe(1);
  });
});

describe('the list', () => {
  it('is live: titles, status and unread marks reach the open page', async () => {
    const browser = await newcomer();
    const { ticket } = (await (await browser.call('POST', '/api/me/ticket')).json()) as { ticket: string };
    const response = await browser.call('GET', `/api/me/events?ticket=${ticket}`, {
      headers: { upgrade: 'websocket' },
    });
    const seen: ConversationSummary[] = [];
    response.webSocket?.accept();
    response.webSocket?.addEventListener('message', ({ data }) => {
      const frame = UserFrame.parse(JSON.parse(String(data)));
      if ('conversation' in frame) seen.push(frame.conversation);
    });
    const talk = await Talk.begin(browser, 'Plan a trip to Norway');
    await expect.poll(() => seen.at(-1)?.title).toBeTruthy();
    expect(seen.some(({ working }) => working)).toBe(true);
    expect(seen.at(-1)).toMatchObject({
      id: talk.id,
      working: false,
      unread: true,
      lastOutcome: 'completed',
    });
    await talk.call('POST', '/read', { seq: (await talk.get()).lastSeq });
    await expect.poll(() => seen.at(-1)?.unread).toBe(false);
    await talk.call('PATCH', '', { status: 'archived' });
    await expect.poll(() => seen.at(-1)?.status).toBe('archived');
    expect(await problemOf(await talk.call('POST', '/messages', { text: 'x' }))).toEqual([
      409,
      'conversation_archived',
    ]);
  });
});

describe('what is not there or not yours', () => {
  it('is a 404 for every method, and a made-up id leaves no table behind', async () => {
    const [owner, other] = [await newcomer(), await newcomer()];
    const talk = await Talk.begin(owner, 'mine');
    const nobody = uuidv7();
    const message = (await talk.messages()).items[0]?.id ?? '';
    for (const id of [talk.id, nobody]) {
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { title: 'stolen' }],
        ['DELETE', '', undefined],
        ['GET', '/messages', undefined],
        ['POST', '/messages', { text: 'in your name' }],
        ['PATCH', `/messages/${message}`, { text: 'changed' }],
        ['DELETE', `/messages/${message}`, undefined],
        ['POST', `/messages/${message}/regenerate`, undefined],
        ['GET', '/events', undefined],
        ['POST', '/ticket', undefined],
        ['POST', '/stop', undefined],
        ['POST', '/read', { seq: 1 }],
      ] as const) {
        const answer = await new Talk(other, id).call(method, path, body);
        expect([method, path, ...(await problemOf(answer))]).toEqual([method, path, 404, 'not_found']);
      }
    }
    const made = await other.call('POST', '/api/conversations', {
      body: { id: talk.id, message: { text: 'x' } },
    });
    expect(await problemOf(made)).toEqual([404, 'not_found']);
    await runInDurableObject(conversation(env, nobody), (_object, state) => {
      expect(tables(state)).toEqual([]);
    });
    expect((await talk.get()).title).not.toBe('stolen');
  });

  it('goes for good when it is deleted: pages are told, nothing is left, a ticket is of no use twice', async () => {
    const talk = await Talk.begin(await newcomer(), 'soon gone');
    const watcher = await talk.watch();
    await watcher.ended();
    expect((await talk.call('DELETE')).status).toBe(204);
    await watcher.until(({ deleted }) => deleted);
    expect(await problemOf(await talk.call('GET'))).toEqual([404, 'not_found']);
    const list = (await (await talk.browser.call('GET', '/api/conversations')).json()) as {
      items: unknown[];
    };
    expect(list.items).toEqual([]);
    await expect
      .poll(() => runInDurableObject(conversation(env, talk.id), (_object, state) => tables(state)))
      .toEqual([]);
    // A creation that was sent twice and comes late must not bring it back.
    await talk.browser.call('POST', '/api/conversations', { body: { id: talk.id } });
    await expect
      .poll(() => runInDurableObject(conversation(env, talk.id), (_object, state) => tables(state)))
      .toEqual([]);
    await runInDurableObject(conversation(env, talk.id), async (_object, state) => {
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });
});
