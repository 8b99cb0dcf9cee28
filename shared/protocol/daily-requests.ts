/** What people send about the daily run. */
import * as z from 'zod/mini';
import { DailySettings, TaskAction, TaskStatus } from './daily.ts';
import { Id } from './ids.ts';
import { Count } from './route.ts';

/** Of two rules for one category the stricter might be the one that is not looked at. */
const isSaidOnce = ({ categories }: DailySettings): boolean =>
  new Set(categories.map(({ name }) => name.toLowerCase())).size === categories.length;

export const SetDailySettings = DailySettings.check(
  z.refine(isSaidOnce, { path: ['categories'], error: 'must have one rule for each name' }),
);

/** `timeScale` 60 plays three hours in three minutes. A dry run does everything but what writes. */
export const StartDailyRun = z.strictObject({
  id: z.optional(Id),
  windowMinutes: z.optional(z.number().check(z.int(), z.minimum(5), z.maximum(220))),
  timeScale: z.optional(z.number().check(z.minimum(1), z.maximum(1_000))),
  dryRun: z.optional(z.boolean()),
});
export type StartDailyRun = z.infer<typeof StartDailyRun>;

const Title = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const Description = z.string().check(z.trim(), z.minLength(1), z.maxLength(4_000));
const Category = z.string().check(z.trim(), z.minLength(1), z.maxLength(40));

/** In plain words: the first line becomes its title. */
export const AddTask = z.strictObject({
  id: z.optional(Id),
  text: Description,
  category: z.optional(Category),
});
export type AddTask = z.infer<typeof AddTask>;

/** A task as a page showed it: all that a yes to it is for. `brief` and `advice` null where there is none. */
export const ShownTask = z.strictObject({
  title: z.string(),
  description: z.string(),
  category: z.string(),
  tools: z.array(z.string()),
  dependsOn: z.array(Id),
  needs: z.array(z.string()),
  brief: z.nullable(z.string()),
  advice: z.nullable(z.string()),
});
export type ShownTask = z.infer<typeof ShownTask>;

/**
 * A pending task is changed; `approve` says yes to its category, and with `shown` only to just that: the lead may have
 * changed it meanwhile, and then nothing is decided (409 `call_changed`). `thumb` judges it, also when the day is over.
 */
export const UpdateTask = z.strictObject({
  title: z.optional(Title),
  description: z.optional(Description),
  category: z.optional(Category),
  approve: z.optional(z.literal(true)),
  shown: z.optional(ShownTask),
  thumb: z.optional(z.nullable(z.enum(['up', 'down']))),
});
export type UpdateTask = z.infer<typeof UpdateTask>;

/** What becomes of an escalated task. Without a text the agent's own proposal says how. */
export const DecideTask = z.strictObject({
  action: TaskAction,
  text: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(1_000))),
});
export type DecideTask = z.infer<typeof DecideTask>;

export const HistoryQuery = z.strictObject({
  days: z.optional(Count(730)),
  category: z.optional(Category),
  status: z.optional(TaskStatus),
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

export const AnalyticsQuery = z.strictObject({
  days: z.optional(Count(730)),
});
