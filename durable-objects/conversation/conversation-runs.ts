/** The remote methods about what stands in a conversation: its log, the note, receipts, runs, rehearsals, the calendar. */
import { DurableObject } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { sha256 } from '#shared/adapters/crypto/sha256.ts';
import { eventsOfRun, pageOfRun, triggersBefore } from '#shared/core/conversation/run-events.ts';
import { turnOf } from '#shared/core/conversation/runs.ts';
import { scheduleIn } from '#shared/core/conversation/state.ts';
import { nameOf } from '#shared/core/schedule/make.ts';
import type { Window } from '#shared/core/schedule/coming.ts';
import type { CalendarLine } from '#shared/protocol/calendar.ts';
import { rehearsalReport } from '#shared/core/tools/rehearsal.ts';
import { maxRules } from '#shared/core/tools/rules.ts';
import type { Note } from '#shared/protocol/note.ts';
import type { Run, RunTrace } from '#shared/protocol/run.ts';
import { removedKeptMs } from '#shared/protocol/schedule.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import type { Rehearse } from '#shared/protocol/schedule-requests.ts';
import type { ScheduleState } from '#shared/core/schedule/schedule-state.ts';
import { askedBefore, keepAsked } from './asked-before.ts';
import { calendarOf, pauseSoFar } from './calendar.ts';
import type { Engine } from './engine.ts';
import { type OccurrencePage, type ReceiptPaging, type RunPage, shownRun } from './ledger.ts';
import { eventsPage, messagesPage } from './pages.ts';
import { type RemovedPage, removedPage } from './removed-page.ts';
import { type Reckoned, type Reckoning, reckoningOf } from './reckoning.ts';

import { conflict, missing, notOurs, type Page, type Paging, type Reply } from './remote.ts';

export abstract class ConversationRuns extends DurableObject<Env> {
  /** The engine, if the conversation is this owner's and was not deleted. */
  protected abstract readonly opened: (ownerId: string) => Engine | null;
  /** The same for a caller who is nobody: what it may do, a signature says. */
  protected abstract readonly openedForAnybody: () => Engine | null;

  /** `{items, lastSeq, more}` as JSON text: it crosses to the worker and out without being parsed on the way. */
  async messages(ownerId: string, after: number): Reply<{ json: string }> {
    const engine = this.opened(ownerId);
    return engine === null ? missing : { ok: true, json: messagesPage(engine.store, after) };
  }

  /** `{events, lastSeq, more}` as JSON text; `lastSeq` is where the next page begins. */
  async events(ownerId: string, after: number): Reply<{ json: string }> {
    const engine = this.opened(ownerId);
    return engine === null ? missing : { ok: true, json: eventsPage(engine.store, after) };
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

  async removedSchedules(ownerId: string, paging: Paging): Reply<RemovedPage> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    const page = removedPage(engine.store, paging, clock.now());
    return page === null ? notOurs : { ok: true, ...page };
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
}

/** What an ended rehearsal would have done; null for any other run. */
const rehearsalOf = ({ id, endedAt, status, trigger }: Run, events: RunTrace['events']) =>
  trigger.source?.rehearsal === true && status === 'ended' && endedAt !== null
    ? rehearsalReport(events, { id, endedAt: Date.parse(endedAt) }, sha256)
    : null;

const found = (engine: Engine, id: string): ScheduleState | undefined => scheduleIn(engine.store.state(), id);

/** What a creation is answered that was carried out before; null when it was not. */
