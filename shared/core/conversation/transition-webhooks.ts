/**
 * The inputs about webhooks. A delivery waits in its batch; a batch is started when nothing is in the way, one at a time,
 * and no more of them in an hour, and no closer together, than the webhook's limit has it.
 */
import type { ContentBlock, Outcome } from '#shared/protocol/conversation.ts';
import { earliest } from '../earliest.ts';
import { retryDelay } from '../turn/backoff.ts';
import { instant } from '../schedule/instant.ts';
import { failureBackoff } from '../schedule/schedule-state.ts';
import {
  admit,
  type Batch,
  forgiven,
  goesFirst,
  type HookState,
  maxHooks,
  readyAt,
  whyWaits,
} from '../webhooks/hook-state.ts';
import { recentStarts } from '../webhooks/pace.ts';
import type { Draft } from './draft.ts';
import type { HookRequest, InputOf, Transition } from './input.ts';
import { oneLine } from './preview.ts';
import { hasFailed, hasWorked } from './run-verdict.ts';
import { type ConversationState, hooksOf, questionsOf } from './state.ts';
import { jitterOf } from './schedule-put.ts';

type By = 'user' | 'assistant' | 'system';
type Change = 'created' | 'changed' | 'paused' | 'resumed' | 'removed';

function put(draft: Draft, hook: HookState): void {
  const others = hooksOf(draft.state);
  const known = others.some(({ id }) => id === hook.id);
  const webhooks = known ? others.map((each) => (each.id === hook.id ? hook : each)) : [...others, hook];
  draft.set({ webhooks });
}

function note(draft: Draft, { id, name, paused }: HookState, change: Change, by: By): void {
  const reason = paused === null ? {} : { reason: paused.reason };
  draft.log({ type: 'webhook_changed', webhookId: id, name, change, by, ...reason });
}

/** At work, or waiting for its person: a webhook's run comes after it. */
export const isBusy = (state: ConversationState): boolean =>
  state.turn !== null || questionsOf(state).length > 0;

/** How a delivery fares now: asked by the shell before it keeps one. */
export const admission = (state: ConversationState, hook: HookState, bytes: number, byHand = false) =>
  admit(hook, { busy: isBusy(state), archived: state.status === 'archived', bytes, byHand });

/** Why a delivery still waits for its run, as far as can be told now. */
export const waitOf = (state: ConversationState, hook: HookState, batchId: string | null, now: number) =>
  whyWaits(hook, batchId, { busy: isBusy(state), asks: questionsOf(state).length > 0, now });

/** When a webhook's run can begin; `null` when none waits, or something is in the way. */
export function webhooksDue(state: ConversationState): number | null {
  if (state.status === 'archived' || isBusy(state)) return null;
  return earliest(hooksOf(state).map(readyAt));
}

/** Behind what was asked for by hand, and before everything else. */
const behindByHand = (waiting: ReadonlyArray<Batch>, batch: Batch): Batch[] => [
  ...waiting.filter(goesFirst),
  batch,
  ...waiting.filter((each) => !goesFirst(each)),
];

/** The run that comes next: one that a person asked for, else that whose deliveries have waited longest. */
export function nextBatch(state: ConversationState, now: number): { hook: HookState; batch: Batch } | null {
  const due = webhooksDue(state);
  if (due === null || due > now) return null;
  const ready = hooksOf(state).flatMap((hook) => {
    const at = readyAt(hook);
    const [batch] = hook.waiting;
    return at !== null && at <= now && batch !== undefined ? [{ hook, batch }] : [];
  });
  const rank = ({ batch }: { batch: Batch }) => (goesFirst(batch) ? 0 : 1);
  return ready.toSorted((a, b) => rank(a) - rank(b) || a.batch.firstAt - b.batch.firstAt)[0] ?? null;
}

/** A delivery that was let in. The shell keeps its bytes in the same commit. */
export function onDelivery(draft: Draft, input: InputOf<'delivery'>): Transition {
  const { webhookId, runId, bytes, byHand = false } = input;
  const hook = hooksOf(draft.state).find(({ id }) => id === webhookId);
  if (hook === undefined) return { ok: false, refusal: 'gone' };
  const admitted = admission(draft.state, hook, bytes, byHand);
  if (admitted.status !== 'accepted') return draft.done();
  const own: Batch = { id: runId, count: 1, bytes, firstAt: draft.now };
  const waiting =
    admitted.joins === null
      ? byHand
        ? behindByHand(hook.waiting, { ...own, byHand: true })
        : [...hook.waiting, own]
      : hook.waiting.map((batch) =>
          batch.id === admitted.joins
            ? { ...batch, count: batch.count + 1, bytes: (batch.bytes ?? 0) + bytes }
            : batch,
        );
  const before = webhooksDue(draft.state);
  put(draft, { ...hook, waiting });
  // What begins later is known to the net, which finds it when the alarm is lost. Those that share it change no time.
  const due = webhooksDue(draft.state);
  return due !== null && due > draft.now && due !== before ? draft.done('tell_user') : draft.done();
}

/** What arrived without a decision is heard of by open pages: they look again at every new revision. */
export function onWebhooksHeard(draft: Draft): Transition {
  draft.set({ webhooks: [...hooksOf(draft.state)] });
  return draft.done('tell_user');
}

/** Starts the run of a batch with what the shell read of its deliveries. */
export function onStartWebhook(draft: Draft, input: InputOf<'start_webhook'>): Transition {
  const next = nextBatch(draft.state, draft.now);
  if (next === null || next.hook.id !== input.webhookId || next.batch.id !== input.batchId)
    return draft.done();
  const { hook, batch } = next;
  // Senders were told the id of the batch as that of its run; a second try is another run.
  const turnId = batch.again === undefined ? batch.id : input.turnId;
  const source = {
    id: hook.id,
    name: hook.name,
    dueAt: instant(batch.firstAt),
    deliveries: batch.count,
  };
  const content: ContentBlock[] = [{ type: 'text', text: hook.instruction }, ...input.deliveries];
  draft.log({
    type: 'message_added',
    messageId: input.messageId,
    origin: 'webhook',
    content,
    queued: false,
    source,
  });
  put(draft, {
    ...hook,
    waiting: hook.waiting.slice(1),
    open: { runId: turnId, batch },
    startedAt: [...recentStarts(hook.startedAt, draft.now), draft.now],
  });
  draft.set({ preview: oneLine(`${hook.name}: ${hook.instruction}`) });
  draft.startTurn({
    turnId,
    trigger: 'webhook',
    replaces: null,
    model: input.model,
    source,
    patient: batch.byHand !== true,
  });
  return draft.done('tell_user', 'project');
}

/**
 * A run ended: what that means for the webhook whose it was. A failed one is made again later; one that was cut off at a
 * limit is not, and what arrived after it waits as long. Either pauses the webhook when it goes on.
 */
export function endHookRun(draft: Draft, runId: string, outcome: Outcome, code: string | null): void {
  const hook = hooksOf(draft.state).find(({ open }) => open?.runId === runId);
  if (hook === undefined || hook.open === null || outcome === 'waiting') return;
  const over = { ...hook, open: null };
  if (!hasFailed(outcome)) {
    put(draft, hasWorked(outcome) ? forgiven(over) : over);
    return;
  }
  const failures = hook.failures + 1;
  // What killed its process again and again would do so at every try.
  const isPoison = code === 'interrupted';
  const delay = isPoison ? null : retryDelay(failureBackoff, failures, jitterOf(runId), null);
  const at = draft.now + (delay ?? 0);
  const again = { ...hook.open.batch, again: { at } };
  const left = outcome === 'limit' ? { restUntil: at } : { waiting: behindByHand(hook.waiting, again) };
  const next: HookState = { ...forgiven(over), failures, ...left };
  if (delay !== null) {
    put(draft, next);
    return;
  }
  const reason = isPoison ? ('crashing' as const) : ('failing' as const);
  const paused: HookState = { ...next, paused: { reason, at: draft.now } };
  put(draft, paused);
  note(draft, paused, 'paused', 'system');
}

export function onAddWebhook(draft: Draft, { webhook, by }: InputOf<'add_webhook'>): Transition {
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  const known = hooksOf(draft.state);
  if (known.some(({ id }) => id === webhook.id)) return draft.done();
  if (known.length >= maxHooks) return { ok: false, refusal: 'limit_reached' };
  addWebhook(draft, webhook, by);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

function addWebhook(draft: Draft, webhook: HookState, by: By): void {
  const made = { ...webhook, createdAt: draft.now };
  put(draft, made);
  note(draft, made, 'created', by);
}

export function onChangeWebhook(draft: Draft, input: InputOf<'change_webhook'>): Transition {
  if (draft.state.status === 'archived') return { ok: false, refusal: 'conversation_archived' };
  const known = hooksOf(draft.state).find(({ id }) => id === input.webhookId);
  if (known === undefined) return { ok: false, refusal: 'not_found' };
  const { pause, ...fields } = input.change;
  let next: HookState = { ...known, ...fields };
  if (Object.keys(fields).length > 0) note(draft, next, 'changed', input.by);
  if (pause === true && next.paused === null) {
    next = { ...next, paused: { reason: input.by === 'assistant' ? 'assistant' : 'user', at: draft.now } };
    note(draft, next, 'paused', input.by);
  } else if (pause === false && next.paused !== null) {
    next = resumed(next);
    note(draft, next, 'resumed', input.by);
  }
  put(draft, next);
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** What failed is tried again at once when somebody says that it may go on. */
const resumed = (hook: HookState): HookState => ({
  ...forgiven(hook),
  paused: null,
  waiting: hook.waiting.map((batch) => (batch.again === undefined ? batch : { ...batch, again: { at: 0 } })),
});

/** A run that goes on is not ended by this: `stop` does that. */
function removeWebhook(draft: Draft, webhookId: string, by: By): boolean {
  const known = hooksOf(draft.state).find(({ id }) => id === webhookId);
  if (known === undefined) return false;
  draft.set({ webhooks: hooksOf(draft.state).filter(({ id }) => id !== webhookId) });
  note(draft, known, 'removed', by);
  return true;
}

export function onRemoveWebhook(draft: Draft, input: InputOf<'remove_webhook'>): Transition {
  if (!removeWebhook(draft, input.webhookId, input.by)) return { ok: false, refusal: 'not_found' };
  draft.settleStatus();
  return draft.done('tell_user', 'project');
}

/** What a call asked for. What could not be was said in its result before. */
export function carryOutHook(draft: Draft, request: HookRequest): void {
  if (request.type === 'remove') removeWebhook(draft, request.webhookId, 'assistant');
  else if (!hooksOf(draft.state).some(({ id }) => id === request.webhook.id))
    addWebhook(draft, request.webhook, 'assistant');
}

/** With its conversation, and back. */
export function pauseHooks(draft: Draft): void {
  for (const hook of hooksOf(draft.state))
    if (hook.paused === null) put(draft, { ...hook, paused: { reason: 'archived', at: draft.now } });
}

export function resumeHooks(draft: Draft): void {
  for (const hook of hooksOf(draft.state)) if (hook.paused?.reason === 'archived') put(draft, resumed(hook));
}
