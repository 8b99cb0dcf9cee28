/** Tools by which a conversation gets to work by itself, in words: make, change, stop and list schedules, list runs. */
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import { CreateSchedule, UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import * as z from 'zod/mini';
import { quickens } from '../../conversation/transition-schedules.ts';
import { makeSchedule, scheduleChange } from '../../schedule/make.ts';
import { isTooOften, tooOften } from '../../schedule/pace.ts';
import { previewOf } from '../../schedule/preview.ts';
import type { BuiltinSpec, BuiltinWorld } from '../builtin.ts';
import { changePreview, knownIn } from './schedule-change.ts';
import { checkWith, type Input, list, object, type Schema, text } from './schema.ts';

const when: Readonly<Record<string, Schema>> = {
  cron: text('Five fields (minute hour day month weekday), in the zone of the schedule.'),
  at: text('Once, at this time: 2026-11-30T08:00 in the zone of the schedule, or with an offset.'),
  every: { type: 'integer', description: 'Every so many seconds, 60 at least.' },
  immediate: {
    type: 'boolean',
    description: 'true: once, right after this turn, to work on in the background.',
  },
};

const options: Readonly<Record<string, Schema>> = {
  timezone: text(
    'IANA name, only if the person named a place; without it the schedule follows their own zone.',
  ),
  count: { type: 'integer', description: 'End after so many runs.' },
  until: text('End at this time: ISO 8601 with an offset.'),
  missed: {
    type: 'string',
    enum: ['run_late', 'skip'],
    description: 'If the app was down: one run late (the default), or none.',
  },
  overlap: {
    type: 'string',
    enum: ['queue_one', 'skip'],
    description: 'If its own run before still goes on: one waits (the default), or it is skipped.',
  },
  whileWaiting: {
    type: 'string',
    enum: ['hold', 'run'],
    description:
      'While a question here waits for the person: it waits, too (the default), or runs all the same.',
  },
};

/** The model says "not this" with null as often as by leaving it out. */
const given = (input: Input): Input =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== false));

/** In a change null takes a bound away. */
const changes = (input: Input): Input => {
  const bounds = ['count', 'until'].filter((name) => input[name] === null);
  return { ...given(input), ...Object.fromEntries(bounds.map((name) => [name, null])) };
};

const Change = z.extend(UpdateSchedule, { id: z.string().check(z.maxLength(100)) });
const Cancel = z.strictObject({
  id: z.string().check(z.maxLength(100)),
  pause: z.optional(z.nullable(z.boolean())),
});

/** Names of tools that the runs will need: for the card alone, they give no permission. */
const Named = z.extend(CreateSchedule, {
  tools: z.optional(z.array(z.string().check(z.maxLength(128))).check(z.maxLength(20))),
});

/** The arguments of `create_schedule`; they were checked. */
export function createdBy(input: Input): CreateSchedule {
  const { tools: _tools, ...schedule } = Named.parse(given(input));
  return schedule;
}

const namesIn = (input: Input): string[] => [...new Set(Named.parse(given(input)).tools)];

/** Which of the named tools are not there, in a sentence for the model; null when all are. */
function missingTools(input: Input, { need }: BuiltinWorld): string | null {
  const missing = need === undefined ? [] : namesIn(input).filter((name) => need(name) === null);
  if (missing.length === 0) return null;
  const names = missing.map((name) => `"${name}"`).join(', ');
  return `"tools": this conversation has no ${names}. Name tools as you call them, or say to the person what is missing.`;
}

/** The arguments of `update_schedule`; they were checked. */
export function changedBy(input: Input): { id: string; change: UpdateSchedule } {
  const { paused } = input;
  const { id, ...change } = Change.parse({
    ...changes(input),
    ...(typeof paused === 'boolean' ? { paused } : {}),
  });
  return { id, change };
}

export const cancelledBy = (input: Input): { id: string; pause: boolean } => {
  const { id, pause } = Cancel.parse(input);
  return { id, pause: pause === true };
};

/** A person is asked about no schedule that is not there. Null when it is, or nothing is known of them. */
const missing = (id: string, world: BuiltinWorld): string | null =>
  world.conversation === undefined || knownIn(world, id) !== undefined
    ? null
    : `There is no schedule "${id}". list_schedules lists them.`;

function created(input: Input, { now, timezone }: BuiltinWorld) {
  return makeSchedule(createdBy(input), { id: '', ownZone: timezone, now });
}

function preview(input: Input, world: BuiltinWorld): SchedulePreview | null {
  const made = created(input, world);
  if (!made.ok) return null;
  const { rule, timezone, instruction, count: left, until } = made.schedule;
  const run = world.runCost?.(instruction) ?? null;
  const shown = previewOf(rule, { zone: timezone ?? world.timezone, now: world.now, left, until, run });
  const tools = namesIn(input).flatMap((name) => world.need?.(name) ?? []);
  return shown === null || tools.length === 0 ? shown : { ...shown, tools };
}

export const createSchedule: BuiltinSpec = {
  name: 'create_schedule',
  title: 'Set up a schedule',
  description:
    'Let this conversation work by itself: at times (cron, at, every) or in the background right after this turn (immediate). Each run begins with `instruction`, in this same conversation, with its tools and all it knows. Write the instruction so that it stands alone: what to look at, what counts as news, what to do then, when to stay silent, and what to ask the person about. Exactly one of cron, at, every and immediate. The person sees a card with the times and confirms it: do not ask in words before.',
  inputSchema: object(
    {
      name: text('A few words for the list, such as "AA receipts".'),
      instruction: text('What to do each time.'),
      ...when,
      ...options,
      tools: list(
        { type: 'string' },
        'The tools that its runs will need, by name: the person sees which of them ask each time.',
      ),
    },
    ['name', 'instruction'],
  ),
  check: (input) => checkWith(Named, given(input)),
  checkNow: (input, world) => {
    const made = created(input, world);
    if (!made.ok) return made.detail;
    if (isTooOften(world.conversation?.schedules ?? [], made.schedule)) return tooOften;
    return missingTools(input, world);
  },
  preview,
  risk: () => 'write',
  repeatable: true,
};

export const updateSchedule: BuiltinSpec = {
  name: 'update_schedule',
  title: 'Change a schedule',
  description:
    'Change a schedule of this conversation, by its id from list_schedules: its time, its instruction, its bounds, or let it go on after a pause (paused: false). What is left out stays. The person confirms it on a card.',
  inputSchema: object(
    {
      id: text('The id of the schedule.'),
      name: text('A few words for the list.'),
      instruction: text('What to do each time.'),
      ...when,
      ...options,
      count: { type: ['integer', 'null'], description: 'End after so many runs; null: no such end.' },
      until: {
        type: ['string', 'null'],
        description: 'End at this time: ISO 8601 with an offset; null: no such end.',
      },
      paused: { type: 'boolean', description: 'false lets it go on.' },
    },
    ['id'],
  ),
  check: (input) => checkWith(Change, changes(input)),
  checkNow: (input, world) => {
    const { now, timezone } = world;
    const { id, change } = changedBy(input);
    const known = knownIn(world, id);
    const read = scheduleChange(change, known ?? { timezone: null }, { ownZone: timezone, now });
    if (!read.ok) return read.detail;
    if (known === undefined) return missing(id, world);
    return quickens(world.conversation?.schedules ?? [], known, read.change) ? tooOften : null;
  },
  previewChange: (input, world) => changePreview(changedBy(input), world),
  risk: () => 'write',
  repeatable: true,
};

export const cancelSchedule: BuiltinSpec = {
  name: 'cancel_schedule',
  title: 'Stop a schedule',
  description:
    'Stop a schedule of this conversation, by its id from list_schedules, when the person wants it to end or its work is done. With pause it can go on later.',
  inputSchema: object(
    {
      id: text('The id of the schedule.'),
      pause: { type: 'boolean', description: 'true: only pause it.' },
    },
    ['id'],
  ),
  check: (input) => checkWith(Cancel, input),
  checkNow: (input, world) => missing(cancelledBy(input).id, world),
  previewChange: (input, world) => changePreview({ ...cancelledBy(input), change: null }, world),
  risk: () => 'write',
  repeatable: true,
};

export const listSchedules: BuiltinSpec = {
  name: 'list_schedules',
  title: 'Look at the schedules',
  description:
    'The schedules of this conversation: ids, times, next run, and what became of the last due times and why. Use it before you change or stop one, and when the person asks about them, or why one did or did not run.',
  inputSchema: object({}, []),
  check: (input) => checkWith(z.object({}), input),
  risk: () => 'read',
  repeatable: true,
};

export const listRuns: BuiltinSpec = {
  name: 'list_runs',
  title: 'Look at past runs',
  description:
    'The last runs of this conversation: when and why each began, what became of it, how long it took and what it cost. Use it when the person asks how a task is going: it starts no new run.',
  inputSchema: object({}, []),
  check: (input) => checkWith(z.object({}), input),
  risk: () => 'read',
  repeatable: true,
};
