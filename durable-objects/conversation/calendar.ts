/** What of a conversation stands in the calendar of its owner: read from its state and its ledger. */
import { calendarLines } from '#shared/core/schedule/calendar.ts';
import type { Window } from '#shared/core/schedule/coming.ts';
import type { CalendarLine } from '#shared/protocol/calendar.ts';
import type { ConversationStore } from './store.ts';

/** Runs of webhooks that are looked at; there are at most thirty an hour of each. */
const RUNS = 2_000;

export function calendarOf(store: ConversationStore, window: Window): CalendarLine[] {
  const { ledger } = store;
  const runs = ledger.runsWithin(window.from, window.to, RUNS);
  const past = {
    receipts: ledger.receiptsWithin(window.from, window.to),
    runs: runs.filter(({ trigger }) => trigger.type === 'webhook'),
    run: (id: string) => ledger.run(id),
  };
  return calendarLines(store.state(), past, window);
}
