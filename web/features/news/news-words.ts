/** A notification in a sentence. */
import type { Notification } from '#shared/protocol/notification.ts';
import { conversationPath } from '#web/app/routes.ts';
import { causeOf } from '#web/features/trouble/turn-words.ts';

type Known = Pick<Notification, 'kind' | 'title' | 'source' | 'text' | 'code'>;

/** What happened, first; where, when that is known. */
export function headOf({ kind, source, title, text, code }: Known): string {
  const name = source ?? title ?? 'A conversation';
  switch (kind) {
    case 'question':
      return `${title ?? 'A conversation'} waits for you`;
    case 'result':
      if (code === 'late') return 'Finished after the deadline';
      return `${name} is done`;
    case 'failure':
      if (code === 'escalated') return 'A task of the daily run needs you';
      return `${name} failed`;
    case 'paused':
      return `${name} was paused: it failed five times in a row`;
    case 'missed':
      return text === '1' ? `${name} missed a due time` : `${name} missed ${text} due times`;
    default:
      return kind satisfies never;
  }
}

/** What it says beyond that; empty where there is nothing. */
export function lineOf({ kind, text, code }: Known): string {
  if (kind === 'failure' && code !== 'escalated') return `${causeOf(code)}.`;
  if (kind === 'missed') return 'The app was down at that time.';
  return kind === 'paused' ? 'Look at why, then let it go on.' : text;
}

/** Where it leads. */
export const pathOf = ({ path, conversationId }: Pick<Notification, 'path' | 'conversationId'>): string =>
  path ?? conversationPath(conversationId);
