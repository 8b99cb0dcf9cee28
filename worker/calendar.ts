/**
 * The calendar of a person: their object says which conversations may have something in the window, and those are asked,
 * a few at a time. One that does not answer is counted, so that its silence is not taken for nothing.
 */
import { conversation } from '#durable-objects/conversation/client.ts';
import { user } from '#durable-objects/user/client.ts';
import type { Logger } from '#shared/core/log/log.ts';
import { instant, parseInstant } from '#shared/core/schedule/instant.ts';
import type { Calendar, CalendarLine } from '#shared/protocol/calendar.ts';
import type { CalendarWindow } from '#shared/protocol/schedule-requests.ts';

/** Conversations that are asked, and how many at once. */
const ASKED = 200;
const AT_ONCE = 10;

/** Null when there is no such user. */
export async function calendarWithin(
  env: Env,
  ownerId: string,
  asked: CalendarWindow,
  log: Pick<Logger, 'warn'>,
): Promise<Calendar | null> {
  const [from, to] = [parseInstant(asked.from), parseInstant(asked.to)];
  const plan = await user(env, ownerId).calendarPlan(from, to, ASKED);
  if (plan === null) return null;
  const items: CalendarLine[] = [];
  const waiting = [...plan.ids];
  let silent = 0;
  const ask = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        const got = await conversation(env, id).calendar(ownerId, { from, to, zone: plan.zone });
        // One that was deleted a moment ago has nothing to say.
        if (got.ok) items.push(...got.items);
      } catch (error) {
        silent += 1;
        log.warn('calendar_silent', { conversationId: id, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { from: instant(from), to: instant(to), items, notAsked: plan.more + silent };
}
