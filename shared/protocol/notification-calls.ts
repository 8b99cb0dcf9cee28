/** The calls of notifications: loaded with the pages that use them. */
import * as z from 'zod/mini';
import { call } from './call.ts';
import { Instant } from './ids.ts';
import { Notification, NotificationSettings } from './notification.ts';

const path = '/api/notifications';
const settings = `${path}/settings` as const;

export const notificationCalls = {
  listNotifications: call('GET', path, {
    reply: z.object({
      items: z.array(Notification),
      nextCursor: z.nullable(z.string()),
      unread: z.number(),
      /** Up to here older ones were cleared away, but not what is unread and no mere result. */
      clearedUntil: z.optional(Instant),
    }),
  }),
  readNotifications: call('POST', `${path}/read`, { reply: z.object({ unread: z.number() }) }),
  getNotificationSettings: call('GET', settings, { reply: z.object({ settings: NotificationSettings }) }),
  setNotificationSettings: call('PUT', settings, { reply: z.object({ settings: NotificationSettings }) }),
} as const;
