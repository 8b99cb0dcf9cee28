/** Tools about the here and now: the time, and the conversation itself. */
import * as z from 'zod/mini';
import { instant } from '../../schedule/instant.ts';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, object } from './schema.ts';

const nothing = object({}, []);
const Nothing = z.object({});

export const getCurrentTime: BuiltinSpec = {
  name: 'get_current_time',
  title: 'Look at the clock',
  description:
    "The date and time now: in the person's time zone with the weekday, and in UTC. Use it whenever today, tomorrow or a time of day matters.",
  inputSchema: nothing,
  check: (input) => checkWith(Nothing, input),
  risk: () => 'read',
  repeatable: true,
};

export const archiveConversation: BuiltinSpec = {
  name: 'archive_conversation',
  title: 'Archive this conversation',
  description:
    'Archive this conversation when this turn ends: its work is done, or the person wants it out of the way. Its schedules pause; the person can restore it.',
  inputSchema: nothing,
  check: (input) => checkWith(Nothing, input),
  risk: () => 'write',
  repeatable: true,
};

/** "Tuesday, 24 November 2026 at 09:30 (Europe/Berlin, GMT+1); 2026-11-24T08:30:00Z". @param now milliseconds */
export function currentTime(now: number, timeZone: string): string {
  const local = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'shortOffset',
  }).format(now);
  return `${local} (${timeZone}); ${instant(now)}`;
}
