/** The daily run: settings, runs, their tasks, and the days that are over. */
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { dailyHistory } from '#shared/adapters/db/daily-projection.ts';
import { analytics } from '#shared/core/daily/history.ts';
import { dailyRoutes as routes } from '#shared/protocol/daily-routes.ts';
import type { App } from '../app-env.ts';
import { refuse, refused } from '../middleware/problems.ts';
import { idFromKey } from './ids.ts';
import { mount } from './mount.ts';
import { paging } from './paging.ts';

/** Days that history shows unless asked otherwise. */
const DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;

export function dailyRunRoutes(app: App): void {
  mount(app, routes.getDailySettings, async ({ c, user }) => {
    return (await userObject(c.env, user.id).dailySettings()) ?? refuse('not_found');
  });

  mount(app, routes.setDailySettings, async ({ c, user, body }) => {
    const set = await userObject(c.env, user.id).setDailySettings(body);
    if (!set.ok) return refused(set);
    return (await userObject(c.env, user.id).dailySettings()) ?? refuse('not_found');
  });

  mount(app, routes.listDailyRuns, async ({ c, user, query }) => {
    const page = await userObject(c.env, user.id).dailyRuns(paging(query));
    return page ?? refuse('bad_request', { detail: 'This cursor is none of ours.' });
  });

  mount(app, routes.startDailyRun, async ({ c, user, body, services }) => {
    const key = c.req.header('idempotency-key');
    const id = body.id ?? (key ? await idFromKey(user.id, `daily/${key}`) : services.newId());
    const started = await userObject(c.env, user.id).startDailyRun(id, body);
    if (!started.ok) return refused(started);
    const got = await dailyRun(c.env, id).get(user.id);
    return got.ok ? { run: got.run } : refused(got);
  });

  mount(app, routes.getDailyRun, async ({ c, user, params }) => {
    const got = await dailyRun(c.env, params.runId).get(user.id);
    return got.ok ? { run: got.run } : refused(got);
  });

  mount(app, routes.nodDailyRun, async ({ c, user, params }) => {
    const done = await dailyRun(c.env, params.runId).nod(user.id);
    return done.ok ? { run: done.run } : refused(done);
  });

  mount(app, routes.stopDailyRun, async ({ c, user, params }) => {
    const done = await dailyRun(c.env, params.runId).stop(user.id);
    return done.ok ? { run: done.run } : refused(done);
  });

  mount(app, routes.listDailyTasks, async ({ c, user, params }) => {
    const got = await dailyRun(c.env, params.runId).get(user.id);
    return got.ok ? { items: got.run.tasks } : refused(got);
  });

  mount(app, routes.addDailyTask, async ({ c, user, params, body, services }) => {
    const key = c.req.header('idempotency-key');
    const id = body.id ?? (key ? await idFromKey(user.id, `${params.runId}/${key}`) : services.newId());
    const added = await dailyRun(c.env, params.runId).addTask(user.id, id, body);
    return added.ok ? { task: added.task } : refused(added);
  });

  mount(app, routes.updateDailyTask, async ({ c, user, params, body }) => {
    const changed = await dailyRun(c.env, params.runId).updateTask(user.id, params.taskId, body);
    return changed.ok ? { task: changed.task } : refused(changed);
  });

  mount(app, routes.cancelDailyTask, async ({ c, user, params }) => {
    const cancelled = await dailyRun(c.env, params.runId).cancelTask(user.id, params.taskId);
    return cancelled.ok ? undefined : refused(cancelled);
  });

  mount(app, routes.decideDailyTask, async ({ c, user, params, body }) => {
    const decided = await dailyRun(c.env, params.runId).decideTask(user.id, params.taskId, body);
    return decided.ok ? { task: decided.task } : refused(decided);
  });

  mount(app, routes.carryDailyTask, async ({ c, user, params }) => {
    const got = await dailyRun(c.env, params.runId).get(user.id);
    if (!got.ok) return refused(got);
    // Until then somebody may still do it today.
    if (got.run.report === null) return refuse('run_open');
    const task = got.run.tasks.find(({ id }) => id === params.taskId);
    if (task === undefined) return refuse('not_found');
    if (task.status === 'completed' || task.status === 'cancelled') return refuse('task_over');
    const carried = await userObject(c.env, user.id).carryDailyTask(task);
    return carried.ok ? { carried: carried.carried } : refused(carried);
  });

  mount(app, routes.dailyHistory, async ({ user, query, services }) => {
    const items = await dailyHistory(services.database, user.id, {
      days: query.days ?? DAYS,
      category: query.category ?? null,
      status: query.status ?? null,
      now: services.clock.now(),
    });
    return { items };
  });

  mount(app, routes.dailyAnalytics, async ({ c, user, query, services }) => {
    const days = query.days ?? DAYS;
    const now = services.clock.now();
    const all = { days, category: null, status: null, now };
    const [tasks, numbers] = await Promise.all([
      dailyHistory(services.database, user.id, all),
      userObject(c.env, user.id).dailyNumbers(now - days * DAY_MS),
    ]);
    return analytics(tasks, days, numbers ?? undefined);
  });
}
