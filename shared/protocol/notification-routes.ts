/** The routes of notifications. */
import { NotificationSettings, ReadNotifications } from './notification.ts';
import { notificationCalls as calls } from './notification-calls.ts';
import { Paging, route } from './route.ts';

export const notificationRoutes = {
  listNotifications: route(calls.listNotifications, {
    summary: 'What happened while nobody looked, newest first, and how much of it is unread.',
    query: Paging,
  }),
  readNotifications: route(calls.readNotifications, {
    summary: 'Mark some or all as read.',
    body: ReadNotifications,
  }),
  getNotificationSettings: route(calls.getNotificationSettings, {
    summary: 'What may interrupt you, and when.',
  }),
  setNotificationSettings: route(calls.setNotificationSettings, {
    summary: 'Choose what may interrupt you, and when.',
    body: NotificationSettings,
  }),
} as const;
