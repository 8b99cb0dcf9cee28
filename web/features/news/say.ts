/** Says a notification on the page that is open, with a way to where it comes from. */
import type { Notification } from '#shared/protocol/notification.ts';
import { conversationPath, go } from '#web/app/routes.ts';
import { toast } from '#web/ui/toast.ts';
import { headOf } from './news-words.ts';

export const say = (news: Notification): void =>
  toast({
    text: `${headOf(news)}.`,
    action: { label: 'Open', run: () => go(conversationPath(news.conversationId)) },
  });
