/** From what was asked for to a webhook. */
import type { CreateWebhook, UpdateWebhook } from '#shared/protocol/webhook-requests.ts';
import type { HookChange } from '../conversation/input.ts';
import type { HookState } from './hook-state.ts';

const usual = 'Look at what arrived and tell me what is important about it.';

/** @param now milliseconds since the epoch */
export const makeHook = (given: CreateWebhook, { id, now }: { id: string; now: number }): HookState => ({
  id,
  name: given.name,
  scheme: given.scheme,
  instruction: given.instruction ?? usual,
  whileBusy: given.whileBusy ?? 'merge',
  filter: given.filter ?? null,
  paused: null,
  waiting: [],
  open: null,
  startedAt: [],
  failures: 0,
  createdAt: now,
});

/** What is left out is left out. */
export function hookChange({ name, instruction, whileBusy, filter, paused }: UpdateWebhook): HookChange {
  const fields = { name, instruction, whileBusy, filter, pause: paused };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
