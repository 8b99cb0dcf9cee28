/** The remote methods about what a conversation does by itself. `ConversationDO` has them beside its own. */
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { scheduleIn, schedulesOf, zoneOf } from '#shared/core/conversation/state.ts';
import { makeSchedule, scheduleChange } from '#shared/core/schedule/make.ts';
import { shownSchedule } from '#shared/core/schedule/shown.ts';
import { type Schedule } from '#shared/protocol/schedule.ts';
import type { CreateSchedule, UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import { revives, waitsByHand } from '#shared/core/conversation/transition-schedules.ts';
import type { ScheduleState } from '#shared/core/schedule/schedule-state.ts';
import { askedBefore, keepAsked } from './asked-before.ts';
import type { Engine } from './engine.ts';
import { claimPlace, releasePlace } from './places.ts';

import { ConversationRuns } from './conversation-runs.ts';
import { conflict, missing, type Refusal, type Reply } from './remote.ts';

export abstract class ConversationWork extends ConversationRuns {
  /** `removed`: there are some of which receipts are kept. */
  async listSchedules(ownerId: string): Reply<{ items: Schedule[]; removed: boolean }> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const items = schedulesOf(engine.store.state()).map(({ id }) => shown(engine, id));
    return { ok: true, items, removed: engine.store.removed.kept(clock.now(), 1).length > 0 };
  }

  /** The same id with the same request again is the same schedule, also when its time has passed, or it was removed. */
  async createSchedule(
    ownerId: string,
    id: string,
    { id: _id, ...given }: CreateSchedule,
  ): Reply<{ schedule: Schedule }> {
    const asked = await this.#ask(ownerId, id, (known) => (known === undefined ? 'new' : null));
    if (asked === null) return missing;
    const { engine, place, ownZone } = asked;
    // Sent twice at the same time it may have been made meanwhile, in the last place that there was.
    const before = madeBefore(engine, id, given);
    if (before === null && place?.ok === false) return { ok: false, code: 'schedule_limit' };
    const added = before ?? this.#make(engine, given, { id, ownZone });
    // As it is now: while the report is on its way somebody may remove it.
    const schedule = added.ok ? shown(engine, id) : null;
    // So that the next one, in whichever conversation, is counted with this.
    await engine.delivered('tell_user');
    if (place?.ok && (before !== null || !added.ok)) await releasePlace(this.env, engine.store.state(), id);
    if (!added.ok) return added;
    return this.opened(ownerId) === null || schedule === null ? missing : { ok: true, schedule };
  }

  /**
   * Asks the owner's object what a schedule needs that is made or changed: a place, where `needs` says so, and the zone.
   * Null when there is no conversation, or none any more when that is answered.
   */
  async #ask(
    ownerId: string,
    id: string,
    needs: (known: ScheduleState | undefined) => 'new' | 'again' | null,
  ) {
    const before = this.opened(ownerId);
    if (before === null) return null;
    const need = needs(found(before, id));
    const place =
      need === null ? null : await claimPlace(this.env, before.store.state(), id, need === 'again');
    const ownZone = place?.timezone ?? (await this.#zone(ownerId));
    const engine = this.opened(ownerId);
    return engine === null ? null : { engine, place, ownZone };
  }

  #make(
    engine: Engine,
    request: CreateSchedule,
    { id, ownZone }: { id: string; ownZone: string },
  ): { ok: true } | Refusal {
    const made = makeSchedule(request, { id, ownZone, now: clock.now() });
    if (!made.ok) return made;
    const { schedule } = made;
    engine.apply({ type: 'zone_changed', timezone: ownZone });
    const decided = engine.apply({ type: 'add_schedule', schedule, by: 'user' }, ({ lastSeq }) =>
      keepAsked(engine.store, 'schedule', id, { request, seq: lastSeq }),
    );
    if (!decided.ok) return { ok: false, code: decided.refusal };
    engine.due.schedules();
    return decided;
  }

  /** @param act names the change: the same again does nothing, also where its time would be over by then */
  async updateSchedule(
    ownerId: string,
    id: string,
    given: UpdateSchedule,
    act: string | null = null,
  ): Reply<{ schedule: Schedule }> {
    // One that has ended counts again when it comes due again.
    const asked = await this.#ask(ownerId, id, (known) => (known?.ended === true ? 'again' : null));
    if (asked === null) return missing;
    const { engine, place, ownZone } = asked;
    const changed = this.#change(engine, id, given, { ownZone, isFull: place?.ok === false, act });
    if (place !== null) await engine.delivered('tell_user');
    const isOpen = found(engine, id)?.ended === false;
    if (place?.ok && !isOpen) await releasePlace(this.env, engine.store.state(), id);
    return changed.ok ? { ok: true, schedule: changed.schedule } : changed;
  }

  #change(
    engine: Engine,
    id: string,
    given: UpdateSchedule,
    { ownZone, isFull, act }: { ownZone: string; isFull: boolean; act: string | null },
  ): { ok: true; schedule: Schedule } | Refusal {
    const known = found(engine, id);
    if (known === undefined) return missing;
    const before = act === null ? null : askedBefore(engine.store, 'change', act, given);
    if (before === 'other') return conflict;
    if (before === 'same') return { ok: true, schedule: shown(engine, id) };
    const read = scheduleChange(given, known, { ownZone, now: clock.now() });
    if (!read.ok) return read;
    const { change } = read;
    if (isFull && revives(known, change)) return { ok: false, code: 'schedule_limit' };
    engine.apply({ type: 'zone_changed', timezone: ownZone });
    const input = { type: 'change_schedule', scheduleId: id, change, by: 'user' } as const;
    const decided = engine.apply(input, keeper(engine, 'change', act, given));
    if (!decided.ok) return { ok: false, code: decided.refusal };
    engine.due.schedules();
    return { ok: true, schedule: shown(engine, id) };
  }

  /** @param act names the removal: the same again is answered like the first */
  async removeSchedule(ownerId: string, scheduleId: string, act: string | null = null): Reply<object> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const input = { type: 'remove_schedule', scheduleId, by: 'user' } as const;
    const isDone = act !== null && askedBefore(engine.store, 'remove', act, {}) !== null;
    const decided = isDone ? { ok: true as const } : engine.apply(input, keeper(engine, 'remove', act, {}));
    // Its place is free when this is answered, for whichever conversation.
    await engine.delivered('tell_user');
    return decided.ok ? { ok: true } : { ok: false, code: decided.refusal };
  }

  /**
   * Now, by hand. While a turn runs it comes after it: `runId` is known either way, and leads to the run once that has begun,
   * also where it shares the one of another schedule. Asked for once more while it waits it is the same run.
   */
  async runSchedule(ownerId: string, scheduleId: string, turnId: string): Reply<{ runId: string }> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const { store } = engine;
    // Beside messages, whose ids are their senders' too.
    const asked = `run:${turnId}`;
    const before = store.accepted(asked)?.turnId ?? store.ledger.named(turnId)?.id;
    if (before !== undefined) return { ok: true, runId: store.ledger.named(before)?.id ?? before };
    const schedule = found(engine, scheduleId);
    const runId = (schedule && waitsByHand(schedule)?.turnId) ?? turnId;
    const accept = () => store.accept(asked, { turnId: runId, seq: store.state().lastSeq });
    const decided = engine.apply(
      { type: 'run_schedule', scheduleId, turnId, messageId: uuidv7(), model: engine.turns.model() },
      accept,
    );
    if (!decided.ok) return { ok: false, code: decided.refusal };
    // Where one waits already nothing was decided, and so nothing written.
    if (store.accepted(asked) === null) engine.keep(accept);
    return { ok: true, runId };
  }

  /** The owner moved: schedules that follow them do so too. */
  async followZone(ownerId: string, timezone: string): Promise<void> {
    this.opened(ownerId)?.apply({ type: 'zone_changed', timezone });
  }

  /** Brings it back from the archive, by the zone that its owner is in now: a move may still be on its way here. */
  protected async restore(ownerId: string): Promise<void> {
    const timezone = await this.#zone(ownerId);
    const engine = this.opened(ownerId);
    engine?.apply({ type: 'zone_changed', timezone });
    engine?.apply({ type: 'restore' });
  }

  async #zone(ownerId: string): Promise<string> {
    return (await user(this.env, ownerId).profile())?.timezone ?? 'UTC';
  }
}

const found = (engine: Engine, id: string): ScheduleState | undefined => scheduleIn(engine.store.state(), id);

/** Keeps what a named change or removal asked for, in the commit that makes it. */
const keeper = (engine: Engine, kind: 'change' | 'remove', act: string | null, request: object) =>
  act === null
    ? undefined
    : ({ lastSeq: seq }: { lastSeq: number }) => keepAsked(engine.store, kind, act, { request, seq });

/** What a creation is answered that was carried out before; null when it was not. */
function madeBefore(engine: Engine, id: string, request: CreateSchedule): { ok: true } | Refusal | null {
  const before = askedBefore(engine.store, 'schedule', id, request);
  if (before === 'other') return conflict;
  const isHere = found(engine, id) !== undefined;
  if (before === null) return isHere ? { ok: true } : null;
  // Made anew it would do once more what was done, or what its person took away.
  return isHere ? { ok: true } : { ok: false, code: 'gone' };
}

function shown(engine: Engine, id: string): Schedule {
  const state = engine.store.state();
  const schedule = found(engine, id);
  if (schedule === undefined) throw new Error('the schedule is not there');
  return shownSchedule(schedule, state.id, zoneOf(state, schedule));
}
