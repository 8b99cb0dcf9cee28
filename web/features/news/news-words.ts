/** A notification in a sentence. */
import type { Notification } from '#shared/protocol/notification.ts';
import { conversationPath } from '#web/app/routes.ts';
import { causeOf, limitOf } from '#web/features/trouble/turn-words.ts';

type Known = Pick<Notification, 'kind' | 'title' | 'source' | 'text' | 'code'>;

/** What happened, first; where, when that is known. */
export function headOf({ kind, source, title, text, code }: Known): string {
  const name = source ?? title ?? 'A conversation';
  switch (kind) {
    case 'question':
      return `${title ?? 'A conversation'} waits for you`;
    case 'result':
      if (code === 'late') return 'Finished after the deadline';
      return code === 'outcome_unknown' ? `${name} ended, and may not be done` : `${name} is done`;
    case 'failure':
      if (code === 'escalated') return 'A task of the daily run needs you';
      if (code === 'question_expired') return `${name} ended: nobody answered in time`;
      return limitOf(code) === null ? `${name} failed` : `${name} was cut off at a limit`;
    case 'paused':
      return `${name} ${pauses[code ?? ''] ?? 'was paused: five runs in a row failed or were cut off'}`;
    case 'missed':
      return text === '1' ? `${name} missed a due time` : `${name} missed ${text} due times`;
    default:
      return kind satisfies never;
  }
}

const pauses: Readonly<Record<string, string>> = {
  crashing: 'was paused: its work broke off again and again',
  assistant: 'was paused by Claude, in a run of its own',
  removed: 'was ended by Claude, in a run of its own',
  archived: 'was archived by Claude, in a run of its own',
};

const pausedLines: Readonly<Record<string, string>> = {
  removed: 'It does not run any more.',
  archived: 'Nothing in it works by itself any more, until you restore it.',
};

const missed: Readonly<Record<string, string>> = {
  too_late: 'When it could have started, it was too late for a run.',
  skips_missed: 'It could not start in time, and skips what it misses.',
  zone_changed: 'In your new time zone this time had passed already.',
};

/** What it says beyond that; empty where there is nothing. */
export function lineOf({ kind, text, code }: Known): string {
  switch (kind) {
    case 'failure':
      if (code === 'question_expired' || code === 'escalated') return text;
      return limitOf(code) ?? `${causeOf(code)}.`;
    case 'missed':
      return missed[code ?? ''] ?? 'The app was down at that time.';
    case 'paused':
      return pausedLines[code ?? ''] ?? 'Look at why, then let it go on.';
    case 'result':
      return code === 'outcome_unknown' ? 'Nobody can say whether a step of it was carried out.' : text;
    default:
      return text;
  }
}

/** Where in the log the run ended that it tells of: the second half of its id. Null where it tells of none. */
export const runSeqOf = ({ id, kind, path }: Pick<Notification, 'id' | 'kind' | 'path'>): string | null =>
  path === null && (kind === 'result' || kind === 'failure') ? (/:(\d+)$/.exec(id)?.[1] ?? null) : null;

/** Where it leads. */
export const pathOf = ({ path, conversationId }: Pick<Notification, 'path' | 'conversationId'>): string =>
  path ?? conversationPath(conversationId);
