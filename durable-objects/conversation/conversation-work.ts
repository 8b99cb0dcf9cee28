/** The remote methods about what a conversation does by itself. `ConversationDO` has them beside its own. */
import { DurableObject } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { eventsOfRun, pageOfRun, triggersBefore } from '#shared/core/conversation/run-events.ts';
import { turnOf } from '#shared/core/conversation/runs.ts';
import { schedulesOf, zoneOf } from '#shared/core/conversation/state.ts';
import { makeSchedule, nameOf, scheduleChange } from '#shared/core/schedule/make.ts';
import type { Window } from '#shared/core/schedule/coming.ts';
import { shownSchedule } from '#shared/core/schedule/shown.ts';
import type { CalendarLine } from '#shared/protocol/calendar.ts';
import { rehearsalReport } from '#shared/core/tools/rehearsal.ts';
import { maxRules } from '#shared/core/tools/rules.ts';
import type { Note } from '#shared/protocol/note.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import type { Run, RunTrace } from '#shared/protocol/run.ts';
import { removedKeptMs, type Schedule } from '#shared/protocol/schedule.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import type { CreateSchedule, Rehearse, UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import { revives, waitsByHand } from '#shared/core/conversation/transition-schedules.ts';
import type { ScheduleState } from '#shared/core/schedule/schedule-state.ts';
import { askedBefore, keepAsked } from './asked-before.ts';
import { calendarOf, pauseSoFar } from './calendar.ts';
import type { Engine } from './engine.ts';
import { type OccurrencePage, type ReceiptPaging, type RunPage, shownRun } from './ledger.ts';
import { claimPlace, releasePlace } from './places.ts';
import { type Reckoned, type Reckoning, reckoningOf } from './reckoning.ts';

type Refusal = { ok: false; code: ProblemCode; detail?: string };
type Reply<Data> = Promise<({ ok: true } & Data) | Refusal>;
type Paging = { cursor?: string; limit?: number };
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

const missing: Refusal = { ok: false, code: 'not_found' };
const conflict: Refusal = { ok: false, code: 'id_conflict' };
const notOurs: Refusal = { ok: false, code: 'bad_request', detail: 'This cursor is none of ours.' };

export abstract class ConversationWork extends DurableObject<Env> {
  /** The engine, if the conversation is this owner's and was not deleted. */
  protected abstract readonly opened: (ownerId: string) => Engine | null;
  /** The same for a caller who is nobody: what it may do, a signature says. */
  protected abstract readonly openedForAnybody: () => Engine | null;

  async listSchedules(ownerId: string): Reply<{ items: Schedule[] }> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    return { ok: true, items: schedulesOf(engine.store.state()).map(({ id }) => shown(engine, id)) };
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

  async updateSchedule(ownerId: string, id: string, given: UpdateSchedule): Reply<{ schedule: Schedule }> {
    // One that has ended counts again when it comes due again.
    const asked = await this.#ask(ownerId, id, (known) => (known?.ended === true ? 'again' : null));
    if (asked === null) return missing;
    const { engine, place, ownZone } = asked;
    const changed = this.#change(engine, id, given, { ownZone, isFull: place?.ok === false });
    if (place !== null) await engine.delivered('tell_user');
    const isOpen = found(engine, id)?.ended === false;
    if (place?.ok && !isOpen) await releasePlace(this.env, engine.store.state(), id);
    return changed.ok ? { ok: true, schedule: changed.schedule } : changed;
  }

  #change(
    engine: Engine,
    id: string,
    given: UpdateSchedule,
    { ownZone, isFull }: { ownZone: string; isFull: boolean },
  ): { ok: true; schedule: Schedule } | Refusal {
    const known = found(engine, id);
    if (known === undefined) return missing;
    const read = scheduleChange(given, known, { ownZone, now: clock.now() });
    if (!read.ok) return read;
    const { change } = read;
    if (isFull && revives(known, change)) return { ok: false, code: 'schedule_limit' };
    engine.apply({ type: 'zone_changed', timezone: ownZone });
    const decided = engine.apply({ type: 'change_schedule', scheduleId: id, change, by: 'user' });
    if (!decided.ok) return { ok: false, code: decided.refusal };
    engine.due.schedules();
    return { ok: true, schedule: shown(engine, id) };
  }

  async removeSchedule(ownerId: string, scheduleId: string): Reply<object> {
    const engine = this.opened(ownerId);
    const decided = engine?.apply({ type: 'remove_schedule', scheduleId, by: 'user' });
    if (decided === undefined) return missing;
    // Its place is free when this is answered, for whichever conversation.
    await engine?.delivered('tell_user');
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

  /** Plays an instruction once without doing anything that writes. */
  async rehearse(ownerId: string, request: Rehearse, turnId: string): Reply<{ runId: string }> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const { store, turns } = engine;
    const before = askedBefore(store, 'rehearse', turnId, request);
    if (before === 'other') return conflict;
    if (before !== null || store.ledger.run(turnId) !== null) return { ok: true, runId: turnId };
    const { instruction, name = nameOf(instruction) } = request;
    const decided = engine.apply(
      { type: 'rehearse', name, instruction, turnId, messageId: uuidv7(), model: turns.model() },
      ({ lastSeq }) => keepAsked(store, 'rehearse', turnId, { request, seq: lastSeq }),
    );
    return decided.ok ? { ok: true, runId: turnId } : { ok: false, code: decided.refusal };
  }

  /** What a preview cannot know by the rule alone. */
  async reckoning(ownerId: string, of: Reckoned): Reply<Reckoning> {
    const engine = this.opened(ownerId);
    const reckoning = engine === null ? null : reckoningOf(engine.store, of);
    return reckoning === null ? missing : { ok: true, ...reckoning };
  }

  async note(ownerId: string): Reply<{ note: Note | null }> {
    const engine = this.opened(ownerId);
    return engine === null ? missing : { ok: true, note: engine.store.state().note ?? null };
  }

  async setNote(ownerId: string, text: string): Reply<{ note: Note | null }> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const decided = engine.apply({ type: 'set_note', text, by: 'user' });
    if (!decided.ok) return { ok: false, code: decided.refusal };
    return { ok: true, note: engine.store.state().note ?? null };
  }

  /** The receipts of a schedule, also of one that was removed. */
  async occurrences(ownerId: string, scheduleId: string, paging: ReceiptPaging): Reply<OccurrencePage> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    // Nothing came due and there never was one are two things.
    if (found(engine, scheduleId) === undefined && engine.store.nameOfSchedule(scheduleId) === null)
      return missing;
    const page = engine.store.ledger.receipts(
      scheduleId,
      paging,
      pauseSoFar(engine.store.state(), scheduleId, clock.now()),
    );
    if (page === null) return notOurs;
    if (found(engine, scheduleId) !== undefined) return { ok: true, ...page };
    const keptUntil = engine.store.removed.keptUntil(scheduleId);
    // It was removed before then, and its receipts are gone.
    const keptFrom = instant(clock.now() - removedKeptMs);
    return { ok: true, ...page, ...(keptUntil === null ? { keptFrom } : { keptUntil: instant(keptUntil) }) };
  }

  async runs(ownerId: string, paging: Paging): Reply<RunPage> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const page = engine.store.ledger.runs(paging);
    return page === null ? notOurs : { ok: true, ...page };
  }

  /** The run that an event of the log belongs to; none for events of no run. */
  async runAt(ownerId: string, seq: number): Reply<Page<Run>> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const [event] = engine.store.events(seq - 1, 1);
    const turnId = event?.seq === seq ? turnOf(event) : null;
    const run = turnId === null ? null : engine.store.ledger.runOfTurn(turnId);
    return { ok: true, items: run === null ? [] : [shownRun(run)], nextCursor: null };
  }

  /** What of it stands in the calendar of its owner, with days as they are there. */
  async calendar(ownerId: string, window: Window): Reply<{ items: CalendarLine[] }> {
    const engine = this.opened(ownerId);
    return engine === null ? missing : { ok: true, items: calendarOf(engine.store, window, clock.now()) };
  }

  /** `{run, events}` as JSON text, by pages: it crosses to the worker and out without being parsed on the way. */
  async runTrace(ownerId: string, runId: string, after = 0): Reply<{ json: string }> {
    const engine = this.opened(ownerId);
    const run = engine?.store.ledger.named(runId) ?? null;
    if (engine === null || run === null) return missing;
    const first = Math.max(0, run.firstSeq - 1 - triggersBefore);
    const log = engine.store.events(first, run.lastSeq - first);
    const all = eventsOfRun(log, engine.store.ledger.turnsOf(run.id));
    const shownAs = shownRun(run);
    const report = rehearsalOf(shownAs, all);
    const trace: RunTrace = {
      run: shownAs,
      ...pageOfRun(all, after),
      ...(report === null ? {} : { rehearsal: report }),
    };
    return { ok: true, json: JSON.stringify(trace) };
  }

  /** Grants what a rehearsal said that it needs. Its own log says the bounds; granted before, nothing changes. */
  async allowRehearsed(ownerId: string, runId: string, ruleIds: string[]): Reply<object> {
    const traced = await this.runTrace(ownerId, runId);
    if (!traced.ok) return traced;
    const { rehearsal }: RunTrace = JSON.parse(traced.json);
    const chosen = rehearsal?.rules.filter(({ id }) => ruleIds.includes(id)) ?? [];
    if (chosen.length < new Set(ruleIds).size) return missing;
    if (chosen.some(({ bounds }) => Date.parse(bounds.until) <= clock.now()))
      return {
        ok: false,
        code: 'bad_request',
        detail: 'This rehearsal is too long ago. Rehearse once more.',
      };
    const owner = user(this.env, ownerId);
    const known = new Set((await owner.rules()).map(({ id }) => id));
    // All of them or none: half of what a run needs helps nobody.
    if (known.size + chosen.filter(({ id }) => !known.has(id)).length > maxRules)
      return { ok: false, code: 'limit_reached' };
    for (const { id, toolKey, title, tainted, bounds } of chosen) {
      const added = await owner.addRule({ ...bounds, id, toolKey, title, tainted });
      if (!added.ok) return added;
    }
    const live = new Set((await owner.rules()).map(({ id }) => id));
    // What its person ended stays ended.
    const ended = chosen.some(({ id }) => !live.has(id));
    return ended
      ? { ok: false, code: 'gone', detail: 'You ended this rule. Rehearse once more.' }
      : { ok: true };
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

/** What an ended rehearsal would have done; null for any other run. */
const rehearsalOf = ({ id, endedAt, status, trigger }: Run, events: RunTrace['events']) =>
  trigger.source?.rehearsal === true && status === 'ended' && endedAt !== null
    ? rehearsalReport(events, { id, endedAt: Date.parse(endedAt) }, sha256)
    : null;

const found = (engine: Engine, id: string): ScheduleState | undefined =>
  schedulesOf(engine.store.state()).find((each) => each.id === id);

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
