/** Calls about webhooks: read from the conversation's own tables, or changed in the commit that ends the call. */
import { plainResult } from '#shared/core/conversation/calls.ts';
import type { CallResult } from '#shared/core/conversation/input.ts';
import { hooksOf, type PendingCall } from '#shared/core/conversation/state.ts';
import { instant } from '#shared/core/schedule/instant.ts';
import { deliveriesAskedBy, hookCreatedBy, hookNamedBy } from '#shared/core/tools/builtins/webhooks.ts';
import { deliveryLines, deliveryPart, partChars } from '#shared/core/webhooks/content.ts';
import { type HookState, maxHooks } from '#shared/core/webhooks/hook-state.ts';
import { makeHook } from '#shared/core/webhooks/make.ts';
import type { ConversationStore } from './store.ts';

const schemes = {
  standard: 'signed by Standard Webhooks',
  github: 'from GitHub',
  slack: 'from Slack',
  stripe: 'from Stripe',
  url: 'to a secret address',
};

function lineOf(hook: HookState, store: ConversationStore): string {
  const row = store.webhooks.row(hook.id);
  const last = row?.last_at == null ? 'nothing arrived yet' : `last delivery ${instant(row.last_at)}`;
  const state = hook.paused === null ? 'live' : `paused (${hook.paused.reason})`;
  const secret = row?.secret == null ? ', the person has not taken its secret yet' : '';
  return `- "${hook.name}", id ${hook.id}, ${schemes[hook.scheme]}: ${state}, ${row?.deliveries ?? 0} deliveries, ${last}${secret}. Instruction: ${hook.instruction}`;
}

function create(call: PendingCall, store: ConversationStore, id: string, now: number): CallResult {
  if (hooksOf(store.state()).length >= maxHooks)
    return plainResult('error', `Not set up: there are ${maxHooks} webhooks already.`);
  const webhook = makeHook(hookCreatedBy(call.input), { id, now });
  const text = `Set up: "${webhook.name}", id ${id}, ${schemes[webhook.scheme]}. The person finds its address and its secret under Webhooks of this conversation; nothing arrives before they have entered them where the deliveries come from.`;
  return { ...plainResult('ok', text), webhook: { type: 'add', webhook } };
}

function remove(call: PendingCall, store: ConversationStore): CallResult {
  const id = hookNamedBy(call.input);
  const known = hooksOf(store.state()).find((hook) => hook.id === id);
  if (known === undefined)
    return plainResult('error', `There is no webhook "${id}". list_webhooks lists them.`);
  return { ...plainResult('ok', `"${known.name}" is removed.`), webhook: { type: 'remove', webhookId: id } };
}

function read(call: PendingCall, store: ConversationStore): CallResult {
  const { id, following, ...part } = deliveriesAskedBy(call.input);
  const found = (text: string): CallResult => ({ ...plainResult('ok', text), outside: true });
  const one = store.webhooks.find(id);
  if (one === null) return plainResult('error', 'There is nothing there, or it is no longer known.');
  if (following !== true) return found(deliveryPart(one, part));
  const { arrived, count } = store.webhooks.after(id, partChars);
  const { text, shown } = deliveryLines(arrived);
  const last = arrived[shown - 1];
  if (last === undefined) return plainResult('ok', 'No more of its run came after it.');
  const left = count - shown;
  const more = `\n\n[${left} more of this run: following with id ${last.id} goes on with them]`;
  return found(left > 0 ? `${text}${more}` : text);
}

/** The result of a call about webhooks; null for any other tool. @param given the call's id, and milliseconds */
export function webhookCall(
  call: PendingCall,
  store: ConversationStore,
  given: { callId: string; now(): number },
): CallResult | null {
  switch (call.name) {
    case 'create_webhook':
      return create(call, store, given.callId, given.now());
    case 'remove_webhook':
      return remove(call, store);
    case 'list_webhooks': {
      const lines = hooksOf(store.state()).map((hook) => lineOf(hook, store));
      return plainResult('ok', lines.length === 0 ? 'There are none.' : lines.join('\n'));
    }
    case 'read_deliveries':
      return read(call, store);
    default:
      return null;
  }
}
