/** Says a notification on the page that is open, with a way to where it comes from. */
import type { Notification } from '#shared/protocol/notification.ts';
import { go } from '#web/app/routes.ts';
import { toast } from '#web/ui/toast.ts';
import { headOf, pathOf } from './news-words.ts';

export const say = (news: Notification): void =>
  toast({
    text: `${headOf(news)}.`,
    action: { label: 'Open', run: () => go(pathOf(news)) },
  });
