/** The routes of webhooks. Where deliveries arrive stands apart: `hooks.ts` of the worker takes raw bytes. */
import { Paging, route } from './route.ts';
import { webhookCalls as calls } from './webhook-calls.ts';
import { CreateWebhook, RotateWebhook, UpdateWebhook } from './webhook-requests.ts';

export const webhookRoutes = {
  listWebhooks: route(calls.listWebhooks, { summary: 'The webhooks of a conversation.' }),
  createWebhook: route(calls.createWebhook, {
    summary:
      'Let something outside start work here. The secret is shown once, and to the same request again for ten minutes; then it is null. Deliveries go to `POST /hooks/...`.',
    keyed: true,
    body: CreateWebhook,
  }),
  updateWebhook: route(calls.updateWebhook, {
    summary: 'Change a webhook, pause it or let it go on.',
    body: UpdateWebhook,
  }),
  removeWebhook: route(calls.removeWebhook, {
    summary: 'Delete a webhook. Later deliveries are answered with 410.',
  }),
  showWebhookSecret: route(calls.showWebhookSecret, {
    summary:
      'The secret of a webhook that was made by talking: once, and to the same request again for ten minutes.',
    keyed: true,
  }),
  rotateWebhook: route(calls.rotateWebhook, {
    summary:
      'A new secret; of Slack and Stripe the one that they made. For a day the one that was in use is good, too, unless `overlap` is false. The same request again replaces nothing, and is answered with the same secret for ten minutes.',
    keyed: true,
    body: RotateWebhook,
  }),
  endOldSecret: route(calls.endOldSecret, {
    summary: 'End the secret before the present one at once, instead of a day after it was replaced.',
  }),
  testWebhook: route(calls.testWebhook, {
    summary: 'Send a sample, signed as a real one is. Its run comes before those of senders.',
    keyed: true,
  }),
  listDeliveries: route(calls.listDeliveries, {
    summary: 'What arrived at a webhook, what became of it, and why what waits does; newest first.',
    query: Paging,
  }),
  getDelivery: route(calls.getDelivery, { summary: 'One delivery with its body.' }),
  replayDelivery: route(calls.replayDelivery, {
    summary: 'Let a delivery start work once more, before those of senders.',
    keyed: true,
  }),
} as const;
