/**
 * The events of a run, out of the log: those of its turns, what set it off, what became of its questions, and what was
 * changed while one of its turns ran. What was said meanwhile belongs to the run after it.
 */
import type { Event } from '#shared/protocol/events.ts';
import { turnOf } from './runs.ts';

/** Due times that come together have a message each, right before the turn begins. */
export const triggersBefore = 60;

const isChange = ({ type }: Event): boolean =>
  type === 'schedule_changed' ||
  type === 'webhook_changed' ||
  type === 'note_changed' ||
  type === 'status_changed' ||
  type === 'context_compacted';

/**
 * @param log a piece of the log in order, from some events before the run's first one
 * @param turns the ids of its turns
 */
export function eventsOfRun(log: ReadonlyArray<Event>, turns: ReadonlySet<string>): Event[] {
  const asked = new Set<string>();
  const found: Event[] = [];
  /** Messages that may be what the next turn is about. */
  let said: Event[] = [];
  let isOpen = false;
  for (const event of log) {
    const turnId = turnOf(event);
    if (turnId !== null && turns.has(turnId)) {
      if (event.type === 'turn_started') {
        found.push(...said);
        isOpen = true;
      }
      if (event.type === 'turn_ended') isOpen = false;
      if (event.type === 'question_asked') asked.add(event.question.id);
      found.push(event);
    } else if (
      (event.type === 'question_closed' || event.type === 'question_reminded') &&
      asked.has(event.questionId)
    )
      found.push(event);
    else if (isOpen && isChange(event)) found.push(event);
    said = event.type === 'message_added' && !event.queued ? [...said, event] : [];
  }
  return found;
}

/** What one page of a trace may hold: a call between objects may not carry more than 32 MiB. */
const pageLimits = { events: 2_000, chars: 8_000_000 };

/** The events after `after` that fit into a page, one at least. `more`: the rest comes after the last of them. */
export function pageOfRun(
  all: ReadonlyArray<Event>,
  after: number,
  limits = pageLimits,
): { events: Event[]; more?: true } {
  const events: Event[] = [];
  let chars = 0;
  for (const event of all) {
    if (event.seq <= after) continue;
    chars += JSON.stringify(event).length;
    if (events.length > 0 && (events.length >= limits.events || chars > limits.chars))
      return { events, more: true };
    events.push(event);
  }
  return { events };
}
