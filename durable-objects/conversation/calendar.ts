/** What of a conversation stands in the calendar of its owner: read from its state and its ledger. */
import { type ConversationState, scheduleIn, zoneOf } from '#shared/core/conversation/state.ts';
import { calendarLines } from '#shared/core/schedule/calendar.ts';
import type { Window } from '#shared/core/schedule/coming.ts';
import { pausedReceipt } from '#shared/core/schedule/receipts.ts';
import type { Receipt } from '#shared/core/schedule/schedule-state.ts';
import type { CalendarLine } from '#shared/protocol/calendar.ts';
import type { ConversationStore } from './store.ts';

/** Runs of webhooks that are looked at, the newest: one that is never at rest has five thousand in a week. */
const LOOKED_AT = 10_000;

export function calendarOf(store: ConversationStore, window: Window, now: number): CalendarLine[] {
  const { ledger } = store;
  const past = {
    receipts: ledger.receiptsWithin(window.from, window.to),
    cleared: ledger.clearedAfter(window.from),
    ...ledger.webhookRunsWithin(window.from, window.to, LOOKED_AT),
    run: (id: string) => ledger.run(id),
    nameOf: (id: string) => store.nameOfSchedule(id),
    asRow: (receipt: Receipt) => ledger.asRow(receipt),
  };
  return calendarLines(store.state(), past, { window, now });
}

/** What a pause that goes on has cost a schedule so far; computed when asked, since nothing rings while it is paused. */
export function pauseSoFar(state: ConversationState, scheduleId: string, now: number): Receipt | null {
  const schedule = scheduleIn(state, scheduleId);
  if (schedule === undefined) return null;
  return pausedReceipt(schedule, zoneOf(state, schedule), now);
}
