/** The calls of webhooks: loaded with the pages that use them. */
import * as z from 'zod/mini';
import { call, page } from './call.ts';
import { Id } from './ids.ts';
import { Delivery, DeliveryDetail, Webhook } from './webhook.ts';

const webhooks = '/api/conversations/:conversationId/webhooks';
const webhook = `${webhooks}/:webhookId` as const;
const deliveries = `${webhook}/deliveries` as const;
/**
 * `url` is where to send to, with the secret part where there is one. `secret` is null while it is still to be entered
 * (that of Slack and Stripe is made there), and when it is shown no more.
 */
const Secret = z.object({ webhook: Webhook, url: z.string(), secret: z.nullable(z.string()) });
const Accepted = z.object({ deliveryId: Id, runId: z.nullable(Id) });

export const webhookCalls = {
  listWebhooks: call('GET', webhooks, { reply: z.object({ items: z.array(Webhook) }) }),
  createWebhook: call('POST', webhooks, { status: 201, reply: Secret }),
  updateWebhook: call('PATCH', webhook, { reply: z.object({ webhook: Webhook }) }),
  removeWebhook: call('DELETE', webhook, { status: 204 }),
  showWebhookSecret: call('POST', `${webhook}/secret`, { reply: Secret }),
  rotateWebhook: call('POST', `${webhook}/rotate`, { reply: Secret }),
  endOldSecret: call('DELETE', `${webhook}/old-secret`, { reply: z.object({ webhook: Webhook }) }),
  testWebhook: call('POST', `${webhook}/test`, { status: 202, reply: Accepted }),
  listDeliveries: call('GET', deliveries, { reply: page(Delivery) }),
  getDelivery: call('GET', `${deliveries}/:deliveryId`, { reply: z.object({ delivery: DeliveryDetail }) }),
  replayDelivery: call('POST', `${deliveries}/:deliveryId/replay`, { status: 202, reply: Accepted }),
} as const;
