/** Calls about schedules: read from the conversation's own state, or changed in the commit that ends the call. */
import { plainResult } from '#shared/core/conversation/calls.ts';
import type { CallResult } from '#shared/core/conversation/input.ts';
import { type PendingCall, scheduleIn, schedulesOf, zoneOf } from '#shared/core/conversation/state.ts';
import {
  maxSchedules,
  openSchedules,
  quickens,
  revives,
} from '#shared/core/conversation/transition-schedules.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { runLines, scheduleLines } from '#shared/core/schedule/lines.ts';
import { makeSchedule, scheduleChange } from '#shared/core/schedule/make.ts';
import { fires } from '#shared/core/schedule/next-fire.ts';
import { isTooOften, tooOften } from '#shared/core/schedule/pace.ts';
import { maxSchedulesOfUser } from '#shared/core/schedule/places.ts';
import { localTime, ruleWords } from '#shared/core/schedule/words.ts';
import { cancelledBy, changedBy, createdBy } from '#shared/core/tools/builtins/schedules.ts';
import type { BuiltinContext } from './builtins/context.ts';
import { pauseSoFar } from './calendar.ts';
import { kitOf } from './kit.ts';
import { claimPlace } from './places.ts';
import type { ConversationStore } from './store.ts';

/** Runs that are listed, and of each schedule due times. */
const LISTED = 20;
const RECEIPTS = 5;

const failed = (text: string): CallResult => plainResult('error', text);

interface World {
  store: ConversationStore;
  now: number;
  timezone: string;
  /** The id of the call: the same call again is the same schedule. */
  callId: string;
  /** Claims a place among the schedules of the owner; false when all are taken. */
  claim: (scheduleId: string, again: boolean) => Promise<boolean>;
}

/** Why there can be no more schedules; null when there can, and a place was claimed. */
async function tooMany(
  { store, claim }: World,
  scheduleId: string,
  { again }: { again: boolean },
): Promise<string | null> {
  if (openSchedules(store.state()).length >= maxSchedules)
    return `there are ${maxSchedules} schedules already.`;
  return (await claim(scheduleId, again))
    ? null
    : `the person has ${maxSchedulesOfUser} schedules in all, as many as there can be. One that is no longer needed has to be removed first.`;
}

async function create(call: PendingCall, world: World): Promise<CallResult> {
  const { now, timezone, callId } = world;
  const made = makeSchedule(createdBy(call.input), { id: callId, ownZone: timezone, now });
  if (!made.ok) return failed(`Not set up: ${made.detail}`);
  if (isTooOften(schedulesOf(world.store.state()), made.schedule)) return failed(`Not set up: ${tooOften}`);
  const full = await tooMany(world, callId, { again: false });
  if (full !== null) return failed(`Not set up: ${full}`);
  const { schedule } = made;
  const zone = schedule.timezone ?? timezone;
  const bounds = { left: schedule.count, until: schedule.until };
  const times = fires(schedule.rule, zone, now, 3, bounds).map((at) => localTime(at, zone));
  const next = times.length === 0 ? 'as soon as this turn has ended' : times.join('; ');
  const text = `Set up: "${schedule.name}", id ${schedule.id}, ${ruleWords(schedule.rule, zone)} (${zone}). Next: ${next}.`;
  return { ...plainResult('ok', text), schedule: { type: 'add', schedule, timezone } };
}

async function change(call: PendingCall, world: World): Promise<CallResult> {
  const { store, now, timezone } = world;
  const { id, change: given } = changedBy(call.input);
  const known = scheduleIn(store.state(), id);
  if (known === undefined) return failed(`There is no schedule "${id}". list_schedules lists them.`);
  const read = scheduleChange(given, known, { ownZone: timezone, now });
  if (!read.ok) return failed(`Not changed: ${read.detail}`);
  if (quickens(schedulesOf(store.state()), known, read.change)) return failed(`Not changed: ${tooOften}`);
  const full = revives(known, read.change) ? await tooMany(world, id, { again: true }) : null;
  if (full !== null) return failed(`Not changed: it has ended, and ${full}`);
  return {
    ...plainResult('ok', 'Changed.'),
    schedule: { type: 'change', scheduleId: id, change: read.change, timezone },
  };
}

function cancel(call: PendingCall, { store, timezone }: World): CallResult {
  const { id, pause } = cancelledBy(call.input);
  const known = scheduleIn(store.state(), id);
  if (known === undefined) return failed(`There is no schedule "${id}". list_schedules lists them.`);
  if (pause)
    return {
      ...plainResult('ok', `"${known.name}" is paused.`),
      schedule: { type: 'change', scheduleId: id, change: { pause: true }, timezone },
    };
  return {
    ...plainResult('ok', `"${known.name}" is stopped and removed.`),
    schedule: { type: 'remove', scheduleId: id, timezone },
  };
}

/** The result of a call about schedules; null for any other tool. */
export async function scheduleCall(
  call: PendingCall,
  store: ConversationStore,
  given: Pick<BuiltinContext, 'env' | 'ownerId' | 'callId' | 'now'>,
): Promise<CallResult | null> {
  const known = ['create_schedule', 'update_schedule', 'cancel_schedule', 'list_schedules', 'list_runs'];
  if (!known.includes(call.name)) return null;
  const { env, ownerId, callId } = given;
  const { timezone } = await kitOf(env, ownerId);
  const claim = async (scheduleId: string, again: boolean) =>
    (await claimPlace(env, store.state(), scheduleId, again)).ok;
  const world = { store, now: given.now(), timezone, callId, claim };
  const state = { ...store.state(), timezone };
  switch (call.name) {
    case 'create_schedule':
      return await create(call, world);
    case 'update_schedule':
      return await change(call, world);
    case 'cancel_schedule':
      return cancel(call, world);
    case 'list_schedules': {
      const lines = scheduleLines(
        schedulesOf(state),
        (each) => zoneOf(state, each),
        ({ id }) =>
          store.ledger.receipts(id, { limit: RECEIPTS }, pauseSoFar(state, id, world.now))?.items ?? [],
      );
      return plainResult('ok', `Now: ${instant(world.now)}.\n${lines}`);
    }
    default:
      return plainResult('ok', runLines(store.ledger.runs({ limit: LISTED })?.items ?? [], timezone));
  }
}
