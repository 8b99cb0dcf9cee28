import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import {
  at,
  AT,
  count,
  DAY,
  device,
  effect,
  entry,
  file,
  memory,
  newUser,
  question,
  rule,
} from '../../test/workers/desk.ts';
import { mailTo } from '../../test/workers/mailbox.ts';
import { type StoredFile, user } from './client.ts';
import { Mails } from './mails.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('answers for a user that was never made, and leaves nothing behind', async () => {
  const desk = user(env, uuidv4());
  const missing = { ok: false, code: 'not_found' };
  const nothing = { items: [], nextCursor: null };
  expect(await desk.kit()).toBeNull();
  expect(await desk.spendRule(uuidv7(), uuidv7())).toBe(false);
  expect(await desk.addRule(rule())).toEqual(missing);
  expect(await desk.removeRule(uuidv7())).toBe(false);
  await desk.recordEffects([effect()]);
  expect(await desk.effects({})).toEqual(nothing);
  expect(await desk.remember(memory('x'))).toEqual(missing);
  expect(await desk.recall(null)).toEqual([]);
  expect(await desk.updateMemory(uuidv7(), 'x')).toBeNull();
  expect(await desk.removeMemory(uuidv7())).toBe(false);
  await desk.clearMemory();
  expect(await desk.addFile(file())).toEqual(missing);
  expect(await desk.addFile({ ...file(), conversationId: uuidv7() })).toEqual(missing);
  expect(await desk.filesOf({})).toEqual(nothing);
  expect(await desk.removeFile(uuidv7())).toBeNull();
  expect(await desk.connections()).toEqual([]);
  expect(await desk.createConnection({ url: 'https://example.com/mcp' }, device)).toEqual(missing);
  expect(await desk.updateConnection(uuidv7(), { name: 'x' }, device)).toEqual(missing);
  expect(await desk.checkConnection(uuidv7())).toEqual(missing);
  expect(await desk.removeConnection(uuidv7(), device)).toBe(false);
  expect(await desk.updateTools({ settings: { recall: 'off' } }, device)).toEqual(missing);
  expect(await desk.inbox()).toEqual([]);
  await desk.remindQuestion(uuidv4(), uuidv7(), null, 'x');
  await runInDurableObject(desk, async (_instance, { storage }) => {
    expect((await storage.list()).size).toBe(0);
    expect(await storage.getAlarm()).toBeNull();
  });
});

it('remembers once for each call, and recalls by words', async () => {
  const { desk } = await newUser();
  at(AT);
  const first = memory('Ada likes green TEA in the morning');
  const made = await desk.remember(first);
  expect(await desk.remember({ ...first, text: 'something else' })).toEqual(made);
  at(AT + 1_000);
  await desk.remember(memory('Her sister drinks coffee', { outside: true }));
  const texts = async (query: string | null) => (await desk.recall(query)).map(({ text }) => text);
  expect(await texts(null)).toEqual(['Her sister drinks coffee', 'Ada likes green TEA in the morning']);
  expect(await texts('tea GREEN')).toEqual(['Ada likes green TEA in the morning']);
  expect(await texts('tea coffee')).toEqual([]);
  expect(await texts('  ')).toHaveLength(2);

  if (!made.ok) throw new Error(made.code);
  at(AT + 2_000);
  const replacing = memory('Ada likes black tea', { replaces: made.id });
  const replaced = await desk.remember(replacing);
  expect(await texts('tea')).toEqual(['Ada likes black tea']);
  expect(await desk.remember(replacing)).toEqual(replaced);
  expect(await desk.remember(memory('x', { replaces: made.id }))).toEqual({ ok: false, code: 'not_found' });
  expect(await desk.remember(memory('x'.repeat(2_001)))).toEqual({ ok: false, code: 'too_large' });
});

it('takes a memory that its owner has worded for theirs, and forgets what they want forgotten', async () => {
  const { desk } = await newUser();
  const call = memory('From a web page', { outside: true });
  const made = await desk.remember(call);
  if (!made.ok) throw new Error(made.code);
  expect(await desk.memories()).toMatchObject([{ id: made.id, outside: true }]);
  expect(await desk.updateMemory(made.id, 'In my words')).toMatchObject({
    text: 'In my words',
    outside: false,
  });
  expect(await desk.updateMemory(uuidv7(), 'x')).toBeNull();
  await desk.remember(memory('second'));
  expect(await desk.removeMemory(made.id)).toBe(true);
  expect(await desk.removeMemory(made.id)).toBe(false);
  // Its call, made again after a loss, does not bring it back.
  expect(await desk.remember(call)).toEqual({ ok: false, code: 'not_found' });
  expect(await desk.memories()).toMatchObject([{ text: 'second' }]);
  await desk.clearMemory();
  expect(await desk.remember(call)).toMatchObject({ ok: false });
  expect(await desk.memories()).toEqual([]);
});

it('keeps five hundred memories, recalls fifty, and lets a full memory replace', async () => {
  const { desk } = await newUser();
  let last = '';
  for (let number = 0; number < 500; number += 1) {
    const made = await desk.remember(memory(`fact ${number}`));
    if (made.ok) last = made.id;
  }
  expect(await desk.remember(memory('one more'))).toEqual({ ok: false, code: 'limit_reached' });
  expect(await desk.remember(memory('instead', { replaces: last }))).toMatchObject({ ok: true });
  expect(await desk.recall('fact')).toHaveLength(50);
  expect(await desk.memories()).toHaveLength(500);
});

it('writes down each call once, and never a beginning over an end', async () => {
  const { desk } = await newUser();
  at(AT + DAY);
  const conversationId = uuidv4();
  await desk.putConversation(entry(conversationId, []));
  const done = effect({ conversationId });
  const begun = { ...done, outcome: 'running' as const, endedAt: null };
  await desk.recordEffects([begun]);
  expect((await desk.effects({}))?.items).toEqual([{ ...begun, conversationTitle: 'Trip' }]);
  await desk.recordEffects([done]);
  await desk.recordEffects([begun, done, begun]);
  expect((await desk.effects({}))?.items).toEqual([{ ...done, conversationTitle: 'Trip' }]);
  const uses = async () => (await desk.tools()).find(({ key }) => key === 'http_request');
  expect(await uses()).toMatchObject({ uses: 1, lastUsedAt: done.at });
  // What failed or was refused is no use, and what only looked is one without a line.
  const later = new Date(AT + 60_000).toISOString();
  await desk.recordEffects([
    effect({ outcome: 'error', at: later }),
    effect({ outcome: 'denied', at: later }),
    effect({ risk: 'read', at: later }),
  ]);
  expect(await uses()).toMatchObject({ uses: 2, lastUsedAt: later });
  const items = (await desk.effects({}))?.items ?? [];
  expect(items.map(({ outcome }) => outcome).toSorted()).toEqual(['denied', 'error', 'ok']);
  expect((await desk.effects({ conversationId }))?.items).toHaveLength(1);
  // Of a conversation that is gone the line stays, without a title.
  await desk.removeConversation(conversationId);
  expect((await desk.effects({ conversationId }))?.items).toEqual([{ ...done, conversationTitle: null }]);
});

it('pages through effects without a gap, and keeps them for ninety days', async () => {
  const { desk } = await newUser();
  at(AT + DAY);
  const lines = Array.from({ length: 25 }, (_, n) =>
    effect({ at: new Date(AT + Math.floor(n / 10) * 1_000).toISOString() }),
  );
  await desk.recordEffects(lines);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await desk.effects({ limit: 10, ...(cursor === null ? {} : { cursor }) });
    if (!page) throw new Error('the cursor was refused');
    seen.push(...page.items.map(({ callId }) => callId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  const expected = lines.toSorted((a, b) => (`${a.at} ${a.callId}` < `${b.at} ${b.callId}` ? 1 : -1));
  expect(seen).toEqual(expected.map(({ callId }) => callId));
  expect(await desk.effects({ cursor: 'x' })).toBeNull();
  at(AT + 90 * DAY + 1_500);
  await desk.recordEffects([]);
  expect((await desk.effects({}))?.items).toHaveLength(5);
});

it('keeps ten thousand effects: what only looked goes first, then the oldest', async () => {
  const { id, desk } = await newUser();
  at(AT + DAY);
  const kept = effect({ at: new Date(AT - 1_000).toISOString() });
  await desk.recordEffects([kept]);
  await runInDurableObject(desk, (_instance, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
       INSERT INTO effects SELECT 'looked-' || i, 'c', ? + i, 'read', 'ok', '{}' FROM n`,
      AT,
    );
  });
  await desk.recordEffects([effect()]);
  expect(await count(id, 'effects')).toBe(10_000);
  expect((await desk.effects({}))?.items.map(({ callId }) => callId)).toContain(kept.callId);
  expect((await desk.effects({}))?.items).toHaveLength(2);
});

it('keeps an index of files within its bounds', async () => {
  const { desk } = await newUser();
  const conversationId = uuidv4();
  const first = file({ createdAt: new Date(AT).toISOString() });
  const second = file({ conversationId, createdAt: new Date(AT + 1_000).toISOString() });
  for (const each of [first, second, first]) expect(await desk.addFile(each)).toEqual({ ok: true });
  // A repeat changes nothing.
  await desk.addFile({ ...first, name: 'other.txt' });
  expect(await desk.file(first.id)).toEqual(first);
  const shown = ({ hash: _hash, ...rest }: StoredFile) => rest;
  expect(await desk.filesOf({})).toEqual({ items: [shown(second), shown(first)], nextCursor: null });
  expect(await desk.filesOf({ conversationId })).toEqual({ items: [shown(second)], nextCursor: null });
  const page = await desk.filesOf({ limit: 1 });
  expect(await desk.filesOf({ cursor: page?.nextCursor ?? '' })).toEqual({
    items: [shown(first)],
    nextCursor: null,
  });
  expect(await desk.filesOf({ cursor: 'x' })).toBeNull();
  // The bytes stay as long as any file has them.
  expect(await desk.removeFile(first.id)).toEqual(first);
  expect(await desk.removeFile(second.id)).toEqual(second);
  expect(await desk.removeFile(second.id)).toBeNull();

  const gigabyte = 1024 * 1024 * 1024;
  expect(await desk.addFile(file({ size: gigabyte }))).toEqual({ ok: true });
  expect(await desk.addFile(file({ size: 1 }))).toEqual({ ok: false, code: 'limit_reached' });
});

it('shows what waits over all conversations, oldest first, and tells the pages as it changes', async () => {
  const { desk } = await newUser();
  const [a, b, c] = [uuidv4(), uuidv4(), uuidv4()];
  const [first, second, third] = [question(AT), question(AT + 1_000), question(AT + 2_000)];
  await desk.putConversation(entry(a, [second]));
  await desk.putConversation(entry(b, [first, third], { title: null }));
  await desk.putConversation(entry(c, []));
  const ids = async () => (await desk.inbox()).map((item) => [item.conversation.id, item.question.id]);
  expect(await ids()).toEqual([
    [b, first.id],
    [a, second.id],
    [b, third.id],
  ]);
  expect((await desk.inbox())[0]).toEqual({
    conversation: { id: b, title: null, kind: 'chat' },
    question: first,
  });
  expect((await desk.summary(b))?.questions).toEqual([first, third]);
  await desk.putConversation(entry(b, [third], { rev: 2 }));
  // A report that comes late brings nothing back.
  await desk.putConversation(entry(b, [first, third]));
  expect(await ids()).toEqual([
    [a, second.id],
    [b, third.id],
  ]);
  await desk.removeConversation(a);
  expect(await ids()).toEqual([[b, third.id]]);
});

it('brings a question to mind by one mail, to an address that was proved', async () => {
  const unproved = await newUser();
  const proved = await newUser({ emailVerified: true });
  const [conversationId, questionId] = [uuidv4(), uuidv7()];
  const queued = vi.spyOn(Mails.prototype, 'notice');
  for (const { desk } of [unproved, proved, proved])
    await desk.remindQuestion(conversationId, questionId, 'Trip to Bern', 'Which trip?');
  const mail = await mailTo(`${proved.id}@example.com`, 'waits for your answer');
  expect(mail.text).toContain('Trip to Bern');
  expect(mail.text).toContain('Which trip?');
  expect(mail.text).toContain(`/c/${conversationId}`);
  expect(queued).toHaveBeenCalledTimes(1);
  expect([await count(unproved.id, 'reminded'), await count(proved.id, 'reminded')]).toEqual([0, 1]);
});

it('keeps users apart', async () => {
  const [ada, ben] = [await newUser(), await newUser()];
  const made = rule();
  await ada.desk.addRule(made);
  await ada.desk.remember(memory('Ada alone knows'));
  await ada.desk.addFile(file());
  await ada.desk.recordEffects([effect()]);
  await ada.desk.updateTools({ settings: { recall: 'off' } }, device);
  expect(await ben.desk.spendRule(made.id, uuidv7())).toBe(false);
  expect(await ben.desk.removeRule(made.id)).toBe(false);
  expect(await ben.desk.kit()).toMatchObject({ rules: [], settings: {}, connections: [] });
  expect(await ben.desk.memories()).toEqual([]);
  expect((await ben.desk.filesOf({}))?.items).toEqual([]);
  expect((await ben.desk.effects({}))?.items).toEqual([]);
  expect(await ada.desk.kit()).toMatchObject({ settings: { recall: 'off' }, timezone: 'Europe/Paris' });
});

it('says what each built-in may do, and takes only settings that can hold', async () => {
  const { desk } = await newUser();
  const verdictOf = async (key: string) => (await desk.tools()).find((tool) => tool.key === key)?.verdict;
  expect(await verdictOf('remember')).toBe('allow');
  expect(await verdictOf('http_request')).toBe('ask');
  const settings = { remember: 'ask', http_request: 'auto', web_search: 'off' } as const;
  expect(await desk.updateTools({ settings }, device)).toEqual({ ok: true });
  expect(await verdictOf('remember')).toBe('ask');
  expect(await verdictOf('http_request')).toBe('allow');
  expect(await verdictOf('web_search')).toBe('deny');
  // All or nothing.
  const mixed = { recall: 'off', no_such_tool: 'off' } as const;
  expect(await desk.updateTools({ settings: mixed }, device)).toEqual({ ok: false, code: 'not_found' });
  expect(await verdictOf('recall')).toBe('allow');
  expect(await desk.updateTools({ settings: { web_search: 'ask' } }, device)).toEqual({
    ok: false,
    code: 'bad_request',
  });
  expect(await desk.updateTools({ reviewed: [{ key: 'recall', hash: '' }] }, device)).toEqual({
    ok: false,
    code: 'call_changed',
  });
  // Saying it once more is no news.
  await desk.updateTools({ settings: { http_request: 'auto', remember: 'default' } }, device);
  expect((await desk.kit())?.settings).toEqual({ http_request: 'auto', web_search: 'off' });
  const lines = (await desk.audit({}))?.items ?? [];
  expect(lines.map(({ action, detail }) => [action, detail])).toEqual([['tool_set_auto', 'http_request']]);
});
