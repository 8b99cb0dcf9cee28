/** A notification in a sentence. */
import type { Notification } from '#shared/protocol/notification.ts';
import { causeOf } from '#web/features/trouble/turn-words.ts';

type Known = Pick<Notification, 'kind' | 'title' | 'source' | 'text' | 'code'>;

/** What happened, first; where, when that is known. */
export function headOf({ kind, source, title, text }: Known): string {
  const name = source ?? title ?? 'A conversation';
  switch (kind) {
    case 'question':
      return `${title ?? 'A conversation'} waits for you`;
    case 'result':
      return `${name} is done`;
    case 'failure':
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
  if (kind === 'failure') return `${causeOf(code)}.`;
  if (kind === 'missed') return 'The app was down at that time.';
  return kind === 'paused' ? 'Look at why, then let it go on.' : text;
}

/** Where in the log the run ended that it tells of: the second half of its id. Null where it tells of none. */
export const runSeqOf = ({ id, kind }: Pick<Notification, 'id' | 'kind'>): string | null =>
  kind === 'result' || kind === 'failure' ? (/:(\d+)$/.exec(id)?.[1] ?? null) : null;
