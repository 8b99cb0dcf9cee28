/** A daily run in its objects: the plan, the sub-agents, what needs the person, the hard stop, the report. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { connect as connectDatabase } from '#shared/adapters/db/client.ts';
import { dailyRuns } from '#shared/adapters/db/daily-schema.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import type { RunState } from '#shared/core/daily/run-state.ts';
import type { DailyRun, DailyTask } from '#shared/protocol/daily.ts';
import { Notification } from '#shared/protocol/notification.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { approve, Day, EIGHT, MINUTE, One, withTools } from '#test/workers/day.ts';
import { problemOf } from '#worker/test-browser.ts';

beforeEach(async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(EIGHT);
});
afterEach(() => vi.useRealTimers());

const statuses = (tasks: ReadonlyArray<DailyTask>) =>
  Object.fromEntries(tasks.map(({ title, status }) => [title, status]));

it('plans, hands out, and reports what was done', async () => {
  const day = await Day.begin();
  const done = await day.until(({ tasks }) => tasks.some(({ status }) => status === 'completed'));
  expect(statuses(done.tasks)).toMatchObject({ 'Write the outline of the day': 'completed' });
});

/** Servers that a person added themself are asked about: yes to every look, and to nothing that goes out. */
async function letLook(day: Day) {
  for (let run = await day.until(settled); ; run = await day.until(settled)) {
    const looks = run.tasks.filter(
      ({ title, needsYou }) => needsYou?.kind === 'approval' && !title.startsWith('Answer'),
    );
    if (looks.length === 0) return;
    for (const task of looks) await approve(day, task);
    const asked = looks.map(({ needsYou }) => needsYou?.text);
    await day.until(({ tasks }) => !tasks.every(({ needsYou }) => asked.includes(needsYou?.text)));
  }
}

const settled = ({ tasks }: DailyRun) =>
  tasks.length === 5 &&
  tasks.every(
    ({ status, needsYou, retryAt }) =>
      status === 'completed' || status === 'failed' || needsYou !== null || retryAt !== null,
  );

it('works through a day: evidence, retries, an approval that holds nothing up, and one report', async () => {
  const { day, tools } = await withTools();
  await letLook(day);
  for (let tries = 0; tries < 3; tries += 1) {
    // Each wait moves the clock: the next try is due some seconds from where it stands now.
    await day.ring(Date.now() + 3_000);
    await day.until(settled);
  }
  const worked = await day.until(({ tasks }) => tasks.some(({ status }) => status === 'failed'));
  expect(statuses(worked.tasks)).toEqual({
    'Find flight receipts in the mail': 'completed',
    'Answer Rebecca about the receipts': 'in_progress',
    'Pick photos for the album': 'completed',
    'Write the outline of the day': 'completed',
    'Check the flight prices': 'failed',
  });
  const [receipts, rebecca, photos, outline, prices] = worked.tasks;
  expect(photos).toMatchObject({ unverified: false, evidence: [{ type: 'id', text: '2024-10-1' }] });
  expect(receipts).toMatchObject({ unverified: false, evidence: [{ type: 'id' }] });
  expect(outline?.evidence).toMatchObject([{ type: 'artifact' }]);
  expect(prices).toMatchObject({
    retryCount: 3,
    proposal: { action: 'drop' },
    needsYou: { kind: 'escalation' },
  });
  const path = `/api/daily/runs/${day.id}/tasks/${prices?.id}/decide`;
  const dropped = await day.ada.call('POST', path, { body: { action: 'drop' } });
  expect(await dropped.json()).toMatchObject({ task: { status: 'failed', needsYou: null } });
  expect(await problemOf(await day.ada.call('POST', path, { body: { action: 'retry' } }))).toEqual([
    409,
    'task_over',
  ]);
  expect(rebecca).toMatchObject({ needsYou: { kind: 'approval' }, progress: { percent: 40 } });
  // Nothing went out without a yes.
  expect((await tools.effects()).filter(({ tool }) => tool === 'send_mail')).toEqual([]);

  await day.ring(EIGHT + 175 * MINUTE);
  await day.until(({ phase }) => phase === 'warned');
  await day.until(({ events }) => events.some(({ type }) => type === 'next_steps'));
  await day.ring(EIGHT + 180 * MINUTE);
  const over = await day.until(({ phase }) => phase === 'reported');
  expect(over.report?.totals).toMatchObject({
    completed: 3,
    unverified: 0,
    inProgress: 1,
    failed: 1,
    notStarted: 0,
    generated: 5,
    needsYou: 1,
  });
  expect(over.report?.text).toContain('Next Steps: Look at what needs you first');

  // Answered after the deadline: it goes out, is noted as late, and the report stands.
  await approve(day, { assignedTo: rebecca?.assignedTo ?? null });
  const late = await day.until(({ tasks }) => tasks[1]?.status === 'completed');
  expect(late.tasks[1]).toMatchObject({ late: true, unverified: false });
  expect(late.report).toMatchObject({ text: over.report?.text });
  expect(late.report?.after).toHaveLength(1);
  expect((await tools.effects()).filter(({ tool }) => tool === 'send_mail')).toHaveLength(1);
  // The person is told of it, once, and the report in the database has it, too.
  const line = late.report?.after[0] ?? '';
  const notices = await vi.waitFor(async () => {
    const { items } = z
      .object({ items: z.array(Notification) })
      .parse(await (await day.ada.call('GET', '/api/notifications')).json());
    const found = items.filter(({ code }) => code === 'late');
    if (found.length === 0) throw new Error('not told yet');
    return found;
  });
  expect(notices).toMatchObject([{ kind: 'result', text: line, path: `/today/${day.id}` }]);
  await vi.waitFor(async () => {
    const [row] = await connectDatabase(env.DATABASE_URL)
      .select()
      .from(dailyRuns)
      .where(eq(dailyRuns.id, day.id));
    expect(row?.report).toBe(`${over.report?.text}\n${line}`);
  });
});

it('plays a dry run without writing anywhere', async () => {
  const { day, tools } = await withTools({ dryRun: true });
  await day.until(({ tasks }) => tasks.filter(({ status }) => status === 'completed').length >= 2);
  await day.until(
    ({ tasks }) => tasks.find(({ title }) => title.startsWith('Answer'))?.status !== 'in_progress',
  );
  expect((await tools.effects()).filter(({ tool }) => tool === 'send_mail')).toEqual([]);
  expect((await day.get()).trigger).toBe('dry');
  const url = `${tools.base}/slack/services/T0/B0/x`;
  const made = await day.ada.call('POST', '/api/channels', { body: { kind: 'slack', url } });
  expect(made.status).toBe(201);
  const stopped = await day.ada.call('POST', `/api/daily/runs/${day.id}/stop`);
  expect(stopped.status).toBe(202);
  const over = await day.until(({ phase }) => phase === 'reported');
  expect(over.report?.text).toContain('Dry run: nothing that writes was really done.');

  // In the app alone, and no history: tomorrow's lead must not read that a mail was sent.
  const { items } = z
    .object({ items: z.array(Notification) })
    .parse(await (await day.ada.call('GET', '/api/notifications')).json());
  expect(items.find(({ id }) => id === `${day.id}:report`)).toMatchObject({ path: `/today/${day.id}` });
  await vi.waitFor(async () => {
    const [row] = await connectDatabase(env.DATABASE_URL)
      .select()
      .from(dailyRuns)
      .where(eq(dailyRuns.id, day.id));
    if (row?.report?.includes('Dry run') !== true) throw new Error('not projected yet');
  });
  expect(await (await day.ada.call('GET', '/api/daily/history')).json()).toEqual({ items: [] });
  expect(await (await day.ada.call('GET', '/api/daily/analytics')).json()).toMatchObject({ count: 0 });
  expect((await tools.effects()).filter(({ server }) => server === 'slack')).toEqual([]);
});

it('calls nothing after the hard stop, and notes what was in flight as it ended', async () => {
  // A task and an error of its own: in the plan of each day stands one that is tried again, in the same words as here.
  const word = `prices ${crypto.randomUUID()}`;
  const error = `No ${word}.`;
  await standIn.reply(`Your task: Check the ${word}`, [
    { type: 'tool_use', name: 'fail_task', input: { error, retryable: true } },
  ]);
  const again = `Try 2 of 3 of your task begins. The last one failed: ${error}`;
  // Before it begins: on a busy machine the second try comes as soon as it may.
  await standIn.hold(again, 1);
  const day = await Day.begin();
  const { id } = await day.add(`Check the ${word}`);
  const mine = ({ tasks }: DailyRun) => tasks.find((task) => task.id === id);
  await day.until((run) => mine(run)?.retryCount === 1);
  await day.ring(Date.now() + 3_000);
  await standIn.held();
  const before = (await standIn.requests(again)).length;
  expect(before).toBe(1);
  await day.ring(EIGHT + 180 * MINUTE);
  const over = await day.until(({ phase }) => phase === 'reported');
  expect(mine(over)?.status).toBe('in_progress');
  await standIn.release();
  await day.ring(EIGHT + 181 * MINUTE);
  expect((await standIn.requests(again)).length).toBe(before);
  expect(mine(await day.get())?.retryCount).toBe(1);
});

it('lets the person add, change and cancel, and talk to the lead', async () => {
  const { day } = await withTools();
  await day.until(settled);
  const added = await day.ada.call('POST', `/api/daily/runs/${day.id}/tasks`, {
    body: { text: 'Water the plants\nAll of them.' },
  });
  expect(added.status).toBe(201);
  const done = await day.until(({ tasks }) => tasks[5]?.status === 'completed');
  expect(done.tasks[5]).toMatchObject({ title: 'Water the plants', generatedBy: 'user', unverified: true });
  const talk = await day.ada.call('POST', `/api/conversations/${done.leadId}/messages`, {
    body: { text: 'Please add a task: call the bank' },
  });
  expect(talk.status).toBe(202);
  await day.until(({ tasks }) => tasks[6]?.title === 'call the bank' && tasks[6].status === 'completed');
  const inWork = await day.ada.call('DELETE', `/api/daily/runs/${day.id}/tasks/${done.tasks[1]?.id}`);
  expect(await problemOf(inWork)).toEqual([409, 'task_in_progress']);
});

it('keeps the day in history, and carries a task over once', async () => {
  const { day } = await withTools();
  const before = await day.until(settled);
  const open = before.tasks.find(({ title }) => title.startsWith('Answer'));
  const path = `/api/daily/runs/${day.id}/tasks/${open?.id}/carry`;
  expect(await problemOf(await day.ada.call('POST', path))).toEqual([409, 'run_open']);
  await day.ada.call('POST', `/api/daily/runs/${day.id}/stop`);
  await day.until(({ phase }) => phase === 'reported');
  expect(await (await day.ada.call('POST', path)).json()).toEqual({ carried: true });
  expect(await (await day.ada.call('POST', path)).json()).toEqual({ carried: false });
  await day.ada.call('PATCH', `/api/daily/runs/${day.id}/tasks/${open?.id}`, { body: { thumb: 'up' } });
  const history = await vi.waitFor(async () => {
    const { items } = z
      .object({ items: z.array(z.looseObject({ title: z.string(), thumb: z.nullable(z.string()) })) })
      .parse(await (await day.ada.call('GET', '/api/daily/history?days=7')).json());
    if (!items.some(({ thumb }) => thumb === 'up')) throw new Error('not yet');
    return items;
  });
  expect(history).toHaveLength(5);
  const next = await day.ada.call('POST', '/api/daily/runs', { body: {} });
  const { run } = One.parse(await next.json());
  expect(run.tasks.filter(({ generatedBy }) => generatedBy === 'carried')).toMatchObject([
    { title: open?.title, carriedFrom: open?.id },
  ]);
});

/** The process of the board dies, or that of one of its conversations. */
const die = async (runId: string, conversationId: string | undefined) => {
  const death = (_instance: unknown, state: DurableObjectState) => state.abort('the process died');
  const dying =
    conversationId === undefined
      ? runInDurableObject(env.DAILY_RUN.getByName(runId), death)
      : runInDurableObject(env.CONVERSATION.getByName(conversationId), death);
  await dying.catch(() => {});
};

it('survives a death at every twentieth of its window: one report, nothing twice, every task in a true state', async () => {
  const { day, tools } = await withTools();
  const url = `${tools.base}/slack/services/T0/B0/x`;
  await day.ada.call('POST', '/api/channels', { body: { kind: 'slack', url } });
  await letLook(day);
  const deaths: string[] = [];
  for (let step = 1; step <= 20; step += 1) {
    if ([2, 4, 6].includes(step)) {
      const body = { text: `Water plant ${step}` };
      await day.ada.call('POST', `/api/daily/runs/${day.id}/tasks`, { body });
    }
    if (step === 3 || step === 9) {
      // At the ninth step the mail is let go, too.
      const { tasks } = await day.get();
      const asked = tasks.filter(({ needsYou }) => needsYou?.kind === 'approval');
      for (const task of asked) if (step === 9 || !task.title.startsWith('Answer')) await approve(day, task);
    }
    const ringing = day.ring(EIGHT + step * 9 * MINUTE);
    const actors = (await day.get()).tasks.flatMap(({ assignedTo }) => assignedTo ?? []);
    // Now the board, now one of its conversations, now the lead.
    const victim = step % 3 === 0 ? actors[step % Math.max(1, actors.length)] : undefined;
    await die(day.id, victim);
    deaths.push(`${step * 5} % ${victim === undefined ? 'board' : 'conversation'}`);
    await ringing.catch(() => false);
    // The steps come faster than a model speaks: what was let go is waited for.
    await day.until(({ tasks }) => step !== 9 || tasks[1]?.status === 'completed');
  }
  await day.ring(EIGHT + 181 * MINUTE);
  const over = await day.until(({ phase }) => phase === 'reported');
  expect(deaths).toHaveLength(20);
  expect(over.tasks).toHaveLength(8);
  expect(over.events.filter(({ type }) => type === 'report_sent')).toHaveLength(1);
  const { completed, inProgress, failed, notStarted, generated } = over.report?.totals ?? {
    completed: 0,
    inProgress: 0,
    failed: 0,
    notStarted: 0,
    generated: 0,
  };
  expect([generated, completed + inProgress + failed + notStarted]).toEqual([8, 8]);
  expect(statuses(over.tasks)).toMatchObject({ 'Answer Rebecca about the receipts': 'completed' });
  // Its tries were killed, too: it has failed, or somebody still has it in hand.
  const prices = over.tasks.find(({ title }) => title === 'Check the flight prices');
  expect(['failed', 'in_progress']).toContain(prices?.status);
  expect(over.tasks.every(({ owner }) => owner !== null)).toBe(true);
  await vi.waitFor(async () => {
    const posts = (await tools.effects()).filter(({ server }) => server === 'slack');
    expect(posts).toHaveLength(1);
  });
  expect((await tools.effects()).filter(({ tool }) => tool === 'send_mail')).toHaveLength(1);
});

it('is not found while it is being erased, whoever opens it meanwhile', async () => {
  const day = await Day.begin();
  const { ownerId, opening } = await runInDurableObject(
    env.DAILY_RUN.getByName(day.id),
    (_instance, { storage }) => {
      const { json } = storage.sql.exec<{ json: string }>('SELECT json FROM state').one();
      const state: RunState = JSON.parse(json);
      return { ownerId: state.ownerId, opening: { ...state, carried: [], brief: '' } };
    },
  );
  const run = dailyRun(env, day.id);
  const [erased, opened, got] = await Promise.all([run.erase(ownerId), run.open(opening), run.get(ownerId)]);
  expect([erased, opened, got]).toEqual([{ gone: true }, null, { ok: false, code: 'not_found' }]);
  expect(await run.get(ownerId)).toEqual({ ok: false, code: 'not_found' });
  const act = {
    actorId: opening.leadId,
    callId: opening.id,
    name: 'list_pending_tasks',
    input: {},
    tainted: false,
  };
  expect(await run.act(ownerId, act)).toMatchObject({ isError: true });
  expect(await problemOf(await day.ada.call('GET', `/api/daily/runs/${day.id}`))).toEqual([404, 'not_found']);
});
