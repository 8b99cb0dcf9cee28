/** What stands on the page, in order: the transcript's messages, the turns that left none, and the days between. */
import type { Transcript, TranscriptMessage, TurnView } from '#shared/core/conversation/transcript.ts';
import { sameDay } from '#web/ui/time.ts';

export type PageItem =
  | { kind: 'day'; key: string; at: string }
  /** `runId`: the run that it set off; null while it waits. */
  | { kind: 'said'; key: string; message: TranscriptMessage; runId: string | null }
  | { kind: 'reply'; key: string; message: TranscriptMessage | null; turn: TurnView | null };

type Parts = Pick<Transcript, 'messages' | 'turns' | 'turnId'>;

/**
 * The items that do not change while a reply is written; the running turn's reply is drawn by itself, after them.
 * Keys are message and turn ids, so that a reply keeps its place when it moves from running to ended.
 */
export function pageItems({ messages, turns, turnId }: Parts, zone: string): PageItem[] {
  const items: PageItem[] = [];
  const replied = new Set(messages.filter(({ role }) => role === 'assistant').map(({ turnId: id }) => id));
  const tried = Object.values(turns);
  const triedAgain = new Set(tried.map(({ replaces }) => replaces));
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    if (!before || !sameDay(before.createdAt, message.createdAt, zone)) {
      items.push({ kind: 'day', key: `day-${message.id}`, at: message.createdAt });
    }
    const turn = message.turnId ? (turns[message.turnId] ?? null) : null;
    if (message.role === 'assistant') {
      if (message.id !== turnId) items.push({ kind: 'reply', key: message.id, message, turn });
      return;
    }
    items.push({ kind: 'said', key: message.id, message, runId: turn?.runId ?? null });
    const isLastOfTurn = messages[index + 1]?.turnId !== message.turnId;
    // A turn that failed before it wrote anything has no message, but what became of it must be told.
    if (isLastOfTurn && turn?.ended && !replied.has(turn.id) && !triedAgain.has(turn.id)) {
      items.push({ kind: 'reply', key: turn.id, message: null, turn });
    }
  });
  // One that was to write a reply again and said nothing: the reply still stands, and this is told after it.
  const last = tried.at(-1);
  if (last?.ended && last.replaces && !replied.has(last.id) && last.ended.outcome !== 'completed') {
    items.push({ kind: 'reply', key: last.id, message: null, turn: last });
  }
  return items;
}
