/**
 * What in a conversation came from outside. Taint belongs to text and stays: once the model has read a mail, a page or
 * an unreviewed description, everything it does afterwards may be what that text wanted.
 */
import type { LogEntry } from '../conversation/input.ts';
import type { CatalogTool } from './catalog.ts';
import { isServerResult } from './definitions.ts';

export interface OutsideSource {
  /** What it was, in words. */
  name: string;
  /** ISO 8601. */
  at: string;
}

/** Sources that a card lists; beyond this the oldest are left out. */
const LISTED = 20;

function sourceIn({ event, raw }: LogEntry, titles: ReadonlyMap<string, string>): string | null {
  switch (event.type) {
    case 'tool_ended':
      return event.outside === true ? (titles.get(event.toolUseId) ?? event.name) : null;
    case 'step_done':
      return raw?.some(isServerResult) === true ? 'the web' : null;
    case 'message_added': {
      if (event.source?.outside) return 'the board of the daily run';
      if (event.origin === 'webhook') return `the webhook "${event.source?.name ?? ''}"`;
      // An image is read as it is; the text of other files only through a tool, whose result is marked itself.
      const image = event.content.find(({ type }) => type === 'file');
      return image?.type === 'file' && image.file.type.startsWith('image/') ? image.file.name : null;
    }
    default:
      return null;
  }
}

/** Everything from outside that the model may have read, oldest first; empty when there is nothing. */
export function outsideSources(
  log: ReadonlyArray<LogEntry>,
  catalog: ReadonlyArray<CatalogTool>,
  /** ISO 8601: for descriptions, which are read anew with each turn. */
  now: string,
): OutsideSource[] {
  const titles = new Map<string, string>();
  const sources: OutsideSource[] = [];
  for (const entry of log) {
    const { event } = entry;
    if (event.type === 'tool_intended') {
      const { title, from } = event.intent;
      titles.set(event.toolUseId, from === null ? title : `${title} (${from.name})`);
    }
    const name = sourceIn(entry, titles);
    if (name !== null) sources.push({ name, at: event.at });
  }
  const unread = new Set(
    catalog.flatMap(({ unreviewed, from }) => (unreviewed && from !== null ? [from.name] : [])),
  );
  for (const name of unread) sources.push({ name: `tool descriptions of ${name}`, at: now });
  return sources.slice(-LISTED);
}
