/** What a hostile or a clumsy client sends about schedules: each answered with a code, and nothing half done. */
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { connect } from '#shared/adapters/db/client.ts';
import { schedules as rows } from '#shared/adapters/db/schema.ts';
import { Calendar } from '#shared/protocol/calendar.ts';
import { Schedule } from '#shared/protocol/schedule.ts';
import { instruction, pageOf, runsOf, scheduled } from '#test/workers/schedules.ts';
import { named } from '#test/workers/hooked.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { newcomer, problemOf } from '#worker/test-browser.ts';

beforeEach(() => standIn.hurry());
afterEach(() => vi.useRealTimers());

const yearly = { instruction, cron: '0 8 1 1 *' };
const made = async (response: Response): Promise<Schedule> => {
  expect(response.status).toBe(201);
  return z.object({ schedule: Schedule }).parse(await response.json()).schedule;
};

describe('a time', () => {
  it('that no reply could say is refused, and those at the edge can be read', async () => {
    const talk = await Talk.begin(await newcomer());
    const beyond = '9999-12-31T23:59:59-23:59';
    for (const until of [beyond, '0000-01-01T00:00:00+23:59'])
      expect(await problemOf(await talk.call('POST', '/schedules', { ...yearly, until }))).toEqual([
        400,
        'bad_request',
      ]);
    await scheduled(talk, { ...yearly, until: '9999-12-31T23:59:59.999Z' });
    expect(await pageOf(talk, '/schedules', Schedule)).toHaveLength(1);
    const window = (from: string, to: string) =>
      talk.browser.call('GET', `/api/calendar?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`);
    expect((await window('9999-12-31T00:00:00Z', beyond)).status).toBe(400);
    const last = await window('9999-12-30T00:00:00Z', '9999-12-31T23:59:59Z');
    expect(Calendar.parse(await last.json()).items).toEqual([]);
  });
});

describe('a name', () => {
  it('is one line that can be seen, in the direction of its list, and never half a character', async () => {
    const talk = await Talk.begin(await newcomer());
    for (const name of ['\u202E\u200B', '\u0007', '\u200B', ' \n '])
      expect((await talk.call('POST', '/schedules', { ...yearly, name })).status).toBe(400);
    expect(await scheduled(talk, { ...yearly, name: 'a\r\nBcc: x@example.com\u202E\u001B b' })).toMatchObject(
      {
        name: 'a Bcc: x@example.com b',
      },
    );
    const long = await scheduled(talk, { ...yearly, instruction: '🙂'.repeat(200) });
    expect(long.name.isWellFormed()).toBe(true);
    expect((await talk.call('POST', '/webhooks', { name: '\u2066\u2069', scheme: 'url' })).status).toBe(400);
  });
});

describe('a creation that is sent again', () => {
  it('is answered as before when its time has passed, and is no other one under its name', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const talk = await Talk.begin(await newcomer());
    const body = { instruction, at: new Date(Date.now() + 30_000).toISOString() };
    const first = await made(await named(talk, '/schedules', 'one', body));
    vi.setSystemTime(Date.now() + 5 * 60_000);
    expect((await made(await named(talk, '/schedules', 'one', body))).id).toBe(first.id);
    const other = await named(talk, '/schedules', 'one', { ...body, instruction: 'Something else' });
    expect(await problemOf(other)).toEqual([409, 'id_conflict']);
    expect(await pageOf(talk, '/schedules', Schedule)).toHaveLength(1);
  });

  it('does not bring back what was removed, or run it twice', async () => {
    const talk = await Talk.begin(await newcomer());
    const watcher = await talk.watch();
    const body = { instruction, immediate: true };
    const { id } = await made(await named(talk, '/schedules', 'now', body));
    await watcher.ended();
    expect((await talk.call('DELETE', `/schedules/${id}`)).status).toBe(204);
    expect(await problemOf(await named(talk, '/schedules', 'now', body))).toEqual([410, 'gone']);
    expect(await runsOf(talk)).toHaveLength(1);
  });

  it('while somebody removes it is answered without a fault', async () => {
    const talk = await Talk.begin(await newcomer());
    const id = uuidv7();
    const sent = () => talk.call('POST', '/schedules', { ...yearly, id });
    const removed = () => talk.call('DELETE', `/schedules/${id}`);
    const answers = await Promise.all([sent(), removed(), sent(), removed(), removed(), sent()]);
    for (const { status } of answers) expect([201, 204, 404, 410]).toContain(status);
  });

  it('of a rehearsal is no other one under its name', async () => {
    const talk = await Talk.begin(await newcomer());
    const watcher = await talk.watch();
    const rehearse = async (body: object) => named(talk, '/rehearse', 'try', body);
    const first: unknown = await (await rehearse({ instruction })).json();
    expect(await (await rehearse({ instruction })).json()).toEqual(first);
    expect(await problemOf(await rehearse({ instruction: 'Something else' }))).toEqual([409, 'id_conflict']);
    await watcher.ended();
    expect(await runsOf(talk)).toHaveLength(1);
  });
});

describe('an id', () => {
  it('of another’s schedule changes nothing of theirs in the database', async () => {
    const database = connect(env.DATABASE_URL);
    const stored = async (id: string) => (await database.select().from(rows).where(eq(rows.id, id)))[0];
    const [ada, eve] = [await Talk.begin(await newcomer()), await Talk.begin(await newcomer())];
    const { id } = await scheduled(ada, { ...yearly, name: 'of Ada' });
    await vi.waitUntil(() => stored(id), { timeout: 10_000 });
    await scheduled(eve, { ...yearly, id, name: 'of Eve' });
    const sign = await scheduled(eve, { ...yearly, name: 'a sign that Eve was heard' });
    for (let times = 0; times < 5; times += 1)
      await eve.call('PATCH', `/schedules/${id}`, { name: `of Eve ${times}` });
    await vi.waitUntil(() => stored(sign.id), { timeout: 10_000 });
    expect(await stored(id)).toMatchObject({ name: 'of Ada', conversationId: ada.id });
  });
});

describe('a rule of the daily run', () => {
  it('stands once for each category, so that none is looked past', async () => {
    const browser = await newcomer();
    const path = '/api/daily/settings';
    const Answer = z.object({ settings: z.record(z.string(), z.any()) });
    const { settings } = Answer.parse(await (await browser.call('GET', path)).json());
    const rule = (name: string, how: string) => ({ name, rule: how, costLimit: null });
    const put = (...categories: object[]) => browser.call('PUT', path, { body: { ...settings, categories } });
    const both = await put(rule('mail', 'allow'), rule('Mail ', 'forbid'));
    expect(await problemOf(both)).toEqual([400, 'bad_request']);
    expect((await put(rule('mail', 'allow'), rule('post', 'forbid'))).status).toBe(200);
  });
});
