/** Schedules of a conversation, their receipts, and the run ledger. */
import { conversation } from '#durable-objects/conversation/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { parseInstant } from '#shared/core/schedule/instant.ts';
import { neverDue } from '#shared/core/schedule/make.ts';
import { previewOf } from '#shared/core/schedule/preview.ts';
import { parseRule } from '#shared/core/schedule/rule.ts';
import { isTimeZone } from '#shared/core/schedule/time-zone.ts';
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { calendarWithin } from '../calendar.ts';
import { refuse, refused } from '../middleware/problems.ts';
import { actIdOf, idFromKey } from './ids.ts';
import { json, mount } from './mount.ts';
import { paging } from './paging.ts';

/** Steps that were not changed go on from where they began. */
const anchored = (rule: ScheduleRule, known: ScheduleRule | undefined): ScheduleRule =>
  rule.type === 'every' && known?.type === 'every' && known.seconds === rule.seconds ? known : rule;

export function scheduleRoutes(app: App): void {
  mount(app, routes.previewSchedule, async ({ c, user, body, services }) => {
    const zone = body.timezone ?? (await userObject(c.env, user.id).profile())?.timezone ?? 'UTC';
    if (!isTimeZone(zone)) return refuse('bad_schedule', { detail: `There is no time zone "${zone}".` });
    const now = services.clock.now();
    const read = parseRule(body, zone, now);
    if (!read.ok) return refused(read);
    const { conversationId, instruction, scheduleId, count, until } = body;
    const got =
      conversationId === undefined
        ? { ok: true as const, run: null, schedule: null }
        : await conversation(c.env, conversationId).reckoning(user.id, { instruction, scheduleId });
    if (!got.ok) return refused(got);
    const { run, schedule: known } = got;
    const shown = previewOf(anchored(read.rule, known?.rule), {
      zone,
      now,
      run,
      left: count == null ? null : count - (known?.runs ?? 0),
      until: until == null ? null : parseInstant(until),
    });
    return shown ?? refuse('bad_schedule', { detail: neverDue });
  });

  mount(app, routes.listSchedules, async ({ c, user, params }) => {
    const got = await conversation(c.env, params.conversationId).listSchedules(user.id);
    return got.ok ? { items: got.items, removed: got.removed } : refused(got);
  });

  mount(app, routes.listRemovedSchedules, async ({ c, user, params, query }) => {
    const page = await conversation(c.env, params.conversationId).removedSchedules(user.id, paging(query));
    if (!page.ok) return refused(page);
    const { ok: _ok, ...found } = page;
    return found;
  });

  mount(app, routes.createSchedule, async ({ c, user, params, body, services }) => {
    const { conversationId } = params;
    const key = c.req.header('idempotency-key');
    const id = body.id ?? (key ? await idFromKey(user.id, `${conversationId}/${key}`) : services.newId());
    const made = await conversation(c.env, conversationId).createSchedule(user.id, id, body);
    return made.ok ? { schedule: made.schedule } : refused(made);
  });

  mount(app, routes.updateSchedule, async ({ c, user, params, body }) => {
    const { conversationId, scheduleId } = params;
    const act = await actIdOf(c, user.id, `${scheduleId}/change`);
    const changed = await conversation(c.env, conversationId).updateSchedule(user.id, scheduleId, body, act);
    return changed.ok ? { schedule: changed.schedule } : refused(changed);
  });

  mount(app, routes.removeSchedule, async ({ c, user, params }) => {
    const { conversationId, scheduleId } = params;
    const act = await actIdOf(c, user.id, `${scheduleId}/remove`);
    const removed = await conversation(c.env, conversationId).removeSchedule(user.id, scheduleId, act);
    return removed.ok ? undefined : refused(removed);
  });

  mount(app, routes.runSchedule, async ({ c, user, params, services }) => {
    const { conversationId, scheduleId } = params;
    const key = c.req.header('idempotency-key');
    const turnId = key ? await idFromKey(user.id, `${scheduleId}/${key}`) : services.newId();
    const run = await conversation(c.env, conversationId).runSchedule(user.id, scheduleId, turnId);
    return run.ok ? { runId: run.runId } : refused(run);
  });

  mount(app, routes.rehearse, async ({ c, user, params, body, services }) => {
    const key = c.req.header('idempotency-key');
    const turnId = key ? await idFromKey(user.id, `${params.conversationId}/${key}`) : services.newId();
    const run = await conversation(c.env, params.conversationId).rehearse(user.id, body, turnId);
    return run.ok ? { runId: run.runId } : refused(run);
  });

  mount(app, routes.listOccurrences, async ({ c, user, params, query }) => {
    const { conversationId, scheduleId } = params;
    const { from, to } = query;
    const page = await conversation(c.env, conversationId).occurrences(user.id, scheduleId, {
      ...paging(query),
      ...(from === undefined ? {} : { from: parseInstant(from) }),
      ...(to === undefined ? {} : { to: parseInstant(to) }),
    });
    if (!page.ok) return refused(page);
    const { ok: _ok, ...found } = page;
    return found;
  });

  mount(app, routes.listRuns, async ({ c, user, params, query }) => {
    const { seq, ...rest } = query;
    const object = conversation(c.env, params.conversationId);
    const page = await (seq === undefined ? object.runs(user.id, paging(rest)) : object.runAt(user.id, seq));
    if (!page.ok) return refused(page);
    const { ok: _ok, ...found } = page;
    return found;
  });

  mount(app, routes.calendar, async ({ c, user, query }) => {
    const calendar = await calendarWithin(c.env, user.id, query, c.var.log);
    return calendar ?? refuse('not_found');
  });

  mount(app, routes.allowRehearsed, async ({ c, user, params, body }) => {
    const { conversationId, runId } = params;
    const done = await conversation(c.env, conversationId).allowRehearsed(user.id, runId, body.ruleIds);
    return done.ok ? undefined : refused(done);
  });

  mount(app, routes.getRun, async ({ c, user, params, query }) => {
    const { conversationId, runId } = params;
    const got = await conversation(c.env, conversationId).runTrace(user.id, runId, query.after ?? 0);
    return got.ok ? json(got.json) : refused(got);
  });
}
