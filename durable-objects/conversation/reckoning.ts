/** What the runs of a conversation tell of one to come: what it costs, and how much a schedule that is there has left. */
import { triggersBefore } from '#shared/core/conversation/run-events.ts';
import type { StoredRun } from '#shared/core/conversation/runs.ts';
import { scheduleIn } from '#shared/core/conversation/state.ts';
import { guessedCost, type RunCost, runCost } from '#shared/core/schedule/run-cost.ts';
import type { ScheduleState } from '#shared/core/schedule/schedule-state.ts';
import type { ConversationStore } from './store.ts';

/** Runs by which a cost is reckoned: the last ones, as prices and prompts change. */
const RECKONED = 10;

/** What is to be reckoned; `scheduleId` where it is there already. */
export interface Reckoned {
  instruction?: string | undefined;
  scheduleId?: string | undefined;
}

export interface Reckoning {
  run: RunCost | null;
  /** As it stands; null for one that is yet to be made. */
  schedule: ScheduleState | null;
}

/** Whether a rehearsal played these words. Its message stands right before its first turn. */
function played(store: ConversationStore, { firstSeq, trigger }: StoredRun, instruction: string): boolean {
  return store
    .events(firstSeq - 1 - triggersBefore, triggersBefore)
    .some(
      (event) =>
        event.type === 'message_added' &&
        event.messageId === trigger.source?.id &&
        event.content.some((block) => block.type === 'text' && block.text === instruction),
    );
}

/** By what was said here, and with the model that read it last; null where nothing was said to one. */
function guess(store: ConversationStore): number | null {
  const { promptTokens = 0 } = store.state();
  const [last] = store.ledger.runs({ limit: 1 })?.items ?? [];
  return last === undefined || promptTokens === 0
    ? null
    : guessedCost(last.model, promptTokens, last.startedAt.slice(0, 10));
}

/** What a run costs; null when nothing is known. */
export const costOfRun = (store: ConversationStore, { instruction, scheduleId }: Reckoned): RunCost | null =>
  runCost({
    own: () => (scheduleId === undefined ? [] : store.ledger.runsOfSchedule(scheduleId, RECKONED)),
    rehearsals: () =>
      instruction === undefined
        ? []
        : store.ledger.rehearsals().filter((run) => played(store, run, instruction)),
    here: () => store.ledger.runs({ limit: RECKONED })?.items ?? [],
    guess: () => guess(store),
  });

/** Null where the schedule is none of this conversation. */
export function reckoningOf(store: ConversationStore, of: Reckoned): Reckoning | null {
  const known = of.scheduleId === undefined ? undefined : scheduleIn(store.state(), of.scheduleId);
  if (of.scheduleId !== undefined && known === undefined) return null;
  return { run: costOfRun(store, of), schedule: known ?? null };
}
