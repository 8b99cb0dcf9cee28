/** PERSISTED inside the state of a conversation: its webhooks. Times are milliseconds since the epoch. */
import type { PauseReason } from '#shared/protocol/schedule.ts';
import type { WaitReason, WebhookFilter, WebhookScheme, WhileBusy } from '#shared/protocol/webhook.ts';
import { nextStart, nextStartByHand } from './pace.ts';

/** Deliveries that one run takes in. Its id was told to their senders. */
export interface Batch {
  id: string;
  count: number;
  /** Of their bodies together. */
  bytes?: number;
  /** When the first of them came. */
  firstAt: number;
  /** Its run failed and is made again, not before this time. */
  again?: { at: number };
  /** Tests and replays: a person looks on, and their run comes before all others. */
  byHand?: true;
}

export interface HookState {
  id: string;
  name: string;
  scheme: WebhookScheme;
  instruction: string;
  whileBusy: WhileBusy;
  filter: WebhookFilter | null;
  paused: { reason: PauseReason; at: number } | null;
  /** Runs to come, the next one first. */
  waiting: Batch[];
  /** The run that goes on, also while it waits for an answer. */
  open: { runId: string; batch: Batch } | null;
  /** When runs were started, as far as they still count. */
  startedAt: number[];
  /** Runs in a row that failed or were cut off at a limit. */
  failures: number;
  /** Until when no run begins by itself: the last was cut off, and is not made again. */
  restUntil?: number;
  createdAt: number;
}

/** Webhooks that a conversation may have. */
export const maxHooks = 20;
/** Runs that may wait; what comes after them shares the last. */
export const maxWaitingRuns = 20;
/** Deliveries that may wait: then the sender is told to come again. */
const maxWaiting = 20_000;
/** Bytes that may be kept for runs: for those that wait, and the one that goes on, which may have to be made again. */
export const maxWaitingBytes = 64 * 1024 * 1024;

/** Deliveries that wait. */
export const waitingIn = ({ waiting }: HookState): number =>
  waiting.reduce((sum, { count }) => sum + count, 0);

/** What waits, and what the run that goes on took in: their bodies are kept until their run has ended for good. */
const heldIn = ({ waiting, open }: HookState): Batch[] =>
  open === null ? waiting : [...waiting, open.batch];

export const heldBatches = (hook: HookState): ReadonlySet<string> =>
  new Set(heldIn(hook).map(({ id }) => id));

const bytesIn = (hook: HookState): number => heldIn(hook).reduce((sum, { bytes = 0 }) => sum + bytes, 0);

/** What a person asked for and waits for. One that failed has its turn again like any other. */
export const goesFirst = ({ byHand, again }: Batch): boolean => byHand === true && again === undefined;

const restOf = ({ restUntil = 0 }: HookState, next: Batch): number => (goesFirst(next) ? 0 : restUntil);

/** Without what runs that failed have left. */
export const forgiven = ({ restUntil: _rest, ...hook }: HookState): HookState => ({ ...hook, failures: 0 });

const paced = (batch: Batch, startedAt: ReadonlyArray<number>): number =>
  batch.byHand ? nextStartByHand(startedAt) : nextStart(startedAt);

/** Until when what waits is held because the runs of an hour keep apart; null when it is not. */
export function heldUntil(hook: HookState, now: number): number | null {
  const [next] = hook.waiting;
  if (next === undefined || hook.paused !== null) return null;
  const at = paced(next, hook.startedAt);
  return at > now ? at : null;
}

/** When the next run may begin, as far as the webhook itself is concerned; null when none waits. */
export function readyAt(hook: HookState): number | null {
  const [next] = hook.waiting;
  if (next === undefined || hook.paused !== null) return null;
  return Math.max(next.again?.at ?? 0, restOf(hook, next), paced(next, hook.startedAt), next.firstAt);
}

/**
 * Why a delivery still waits; null when nothing is in the way. What a person can do something about is told first. Until
 * when is known of the next run alone.
 * @param batchId the run that its sender was told
 */
export function whyWaits(
  hook: HookState,
  batchId: string | null,
  { busy, asks, now }: { busy: boolean; asks: boolean; now: number },
): { reason: WaitReason; until: number | null } | null {
  const [next] = hook.waiting;
  if (next === undefined) return null;
  if (hook.paused !== null) return { reason: 'paused', until: null };
  if (asks) return { reason: 'waiting_for_you', until: null };
  const again = next.again?.at ?? 0;
  const held = heldUntil(hook, now) ?? 0;
  if (again > now && again >= held) return { reason: 'tried_again', until: null };
  const rest = restOf(hook, next);
  const own = (until: number) => (next.id === batchId ? until : null);
  if (rest > now && rest >= held) return { reason: 'backing_off', until: own(rest) };
  if (held > 0) return { reason: 'runs_keep_apart', until: own(held) };
  return busy ? { reason: 'at_work', until: null } : null;
}

/**
 * What is done with a delivery that was verified and passed the filter. `joins`: it shares a run that waits, or gets one
 * of its own; a burst coalesces, so that it never is a run each.
 */
export type Admission =
  | { status: 'accepted'; joins: string | null }
  | { status: 'paused' }
  | { status: 'ignored' }
  | { status: 'full' };

/**
 * @param busy the conversation is at work, or waits for its person
 * @param bytes of the body that would wait
 * @param byHand a test or a replay: a person wants to see it run, so it is never let go, and shares no run with others
 */
export function admit(
  hook: HookState,
  { busy, archived, bytes, byHand }: { busy: boolean; archived: boolean; bytes: number; byHand: boolean },
): Admission {
  if (archived || hook.paused !== null) return { status: 'paused' };
  const ignores = hook.whileBusy === 'ignore' && !byHand;
  if (ignores && (busy || hook.waiting.length > 0)) return { status: 'ignored' };
  if (waitingIn(hook) >= maxWaiting || bytesIn(hook) + bytes > maxWaitingBytes) return { status: 'full' };
  // What is made again keeps its deliveries for itself: its message stands in the transcript already.
  const open = hook.waiting.findLast(
    (batch) => batch.again === undefined && (batch.byHand ?? false) === byHand,
  );
  const joins = open !== undefined && (hook.whileBusy === 'merge' || hook.waiting.length >= maxWaitingRuns);
  return { status: 'accepted', joins: joins ? open.id : null };
}
