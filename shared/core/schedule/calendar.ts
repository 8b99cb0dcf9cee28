/** The lines of one conversation in the calendar of its owner, from its state and what its ledger says of the past. */
import type { CalendarItem, CalendarLine } from '#shared/protocol/calendar.ts';
import type { Run } from '#shared/protocol/run.ts';
import { type ConversationState, hooksOf, scheduleIn, schedulesOf, zoneOf } from '../conversation/state.ts';
import { type Budget, coming, type Window } from './coming.ts';
import { instant, parseInstant } from './instant.ts';
import { type Fared, pastItems } from './past.ts';
import { pausedReceipt, withReceipt } from './receipts.ts';
import { isLive, type Receipt, type ScheduleState } from './schedule-state.ts';
import { ruleWords } from './words.ts';

/** Due times ahead that are counted in a conversation: about a fifth of a second. */
const LOOKED_FOR = 2_000_000;

export interface Past {
  /** By schedule, oldest first. */
  receipts: ReadonlyMap<string, ReadonlyArray<Receipt>>;
  /** Those that webhooks began, oldest first. */
  runs: ReadonlyArray<Run>;
  /** Webhooks that began more in this time than `runs` has. */
  cut: ReadonlySet<string>;
  /** By schedule: the due time from which on its receipts are kept, where that is within the window or after it. */
  cleared: ReadonlyMap<string, number>;
  run: (id: string) => Run | null;
  /** The name that a schedule had which is there no more. */
  nameOf: (scheduleId: string) => string | null;
  /** A receipt as one row with the last of its schedule, where both tell the same. */
  asRow: (receipt: Receipt) => Receipt;
}

/** What is asked for, and when. */
interface Asked {
  window: Window;
  now: number;
}

const due = (at: number, lastAt: number, count: number, status: 'due' | 'again'): CalendarItem => ({
  at: instant(at),
  lastAt: instant(lastAt),
  count,
  status,
  reason: null,
  run: null,
});

function ahead(schedule: ScheduleState, zone: string, window: Window, budget: Budget) {
  const { marks, cut } = coming(schedule, zone, window, budget);
  const items = marks.map(({ at, lastAt, count }) => due(at, lastAt, count, 'due'));
  const { retry } = schedule;
  const isIn = retry !== null && isLive(schedule) && retry.at >= window.from && retry.at < window.to;
  return { items: isIn ? [due(retry.at, retry.at, 1, 'again'), ...items] : items, cut };
}

const fared = (receipt: Receipt, run: Past['run']): Fared => ({
  ...receipt,
  run: receipt.runId === null ? null : run(receipt.runId),
});

/** What the runs of a webhook say of when something arrived at it. */
function arrived(run: Run): Fared {
  const at = parseInstant(run.startedAt);
  const failed = run.outcome === 'failed' || run.outcome === 'limit' || run.outcome === 'expired';
  const [status, reason] = failed
    ? (['failed', run.code ?? 'failed'] as const)
    : (['ran', 'arrived'] as const);
  return { dueAt: at, lastDueAt: at, count: 1, status, reason, run };
}

type Line = Omit<CalendarLine, 'conversationId' | 'title'>;

/** The receipts of the window, with what a pause that goes on has cost so far. */
function receiptsOf(known: ScheduleState, zone: string, past: Past, { window, now }: Asked) {
  const receipts = past.receipts.get(known.id) ?? [];
  const told = pausedReceipt(known, zone, now);
  if (told === null) return receipts;
  const row = past.asRow(told);
  const isIn = row.lastDueAt >= window.from && row.dueAt < window.to;
  return isIn ? withReceipt(receipts, row) : receipts;
}

function scheduleLine(state: ConversationState, id: string, past: Past, asked: Asked, budget: Budget): Line {
  const known = scheduleIn(state, id);
  const { window } = asked;
  if (known === undefined) {
    const receipts = (past.receipts.get(id) ?? []).map((each) => fared(each, past.run));
    return {
      kind: 'schedule',
      id,
      name: past.nameOf(id),
      words: null,
      items: pastItems(receipts, window.zone),
      cut: past.cleared.has(id),
    };
  }
  const zone = zoneOf(state, known);
  const told = pastItems(
    receiptsOf(known, zone, past, asked).map((each) => fared(each, past.run)),
    window.zone,
  );
  const next = ahead(known, zone, window, budget);
  const words = ruleWords(known.rule, zone);
  const items = [...told, ...next.items];
  // Older receipts were cleared away, and it was there then.
  const isCleared = past.cleared.has(id) && known.createdAt < window.to;
  return { kind: 'schedule', id, name: known.name, words, items, cut: next.cut || isCleared };
}

function hookLines(state: ConversationState, { runs, cut }: Past, { zone }: Window): Line[] {
  const byHook = Map.groupBy(runs, ({ trigger }) => trigger.source?.id ?? '');
  return [...new Set([...byHook.keys(), ...cut])].flatMap((id): Line[] => {
    if (id === '') return [];
    const own = byHook.get(id) ?? [];
    const name = hooksOf(state).find((each) => each.id === id)?.name ?? own[0]?.trigger.source?.name ?? null;
    const items = pastItems(own.map(arrived), zone);
    return [{ kind: 'webhook', id, name, words: null, items, cut: cut.has(id) }];
  });
}

/** Those with nothing in the window are left out. */
export function calendarLines(state: ConversationState, past: Past, asked: Asked): CalendarLine[] {
  const budget = { left: LOOKED_FOR };
  const ids = new Set([...schedulesOf(state).map(({ id }) => id), ...past.receipts.keys()]);
  const lines = [...ids].map((id) => scheduleLine(state, id, past, asked, budget));
  return [...lines, ...hookLines(state, past, asked.window)]
    .filter(({ items, cut }) => items.length > 0 || cut)
    .map((line) => ({ ...line, conversationId: state.id, title: state.title }));
}
