/** The daily run in plain words. */
import type { DailyPhase, DailyRun, DailyRunSummary, DailyTask } from '#shared/protocol/daily.ts';
import { timeOfDay } from '#web/ui/time.ts';

const MINUTE = 60_000;

export const minutesWords = (ms: number): string => {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 1) return 'under a minute';
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const phases: Record<DailyPhase, string> = {
  planning: 'Planning the day',
  nod: 'The plan waits for you',
  working: 'At work',
  warned: 'Coming to an end',
  closing: 'Closing',
  reported: 'Reported',
  ended: 'Over',
};
export const phaseWords = (phase: DailyPhase): string => phases[phase];

export type Group = 'needs' | 'in_progress' | 'waiting' | 'completed' | 'failed' | 'cancelled';

export const groups: ReadonlyArray<{ id: Group; title: string }> = [
  { id: 'needs', title: 'Needs you' },
  { id: 'in_progress', title: 'In progress' },
  { id: 'waiting', title: 'Not started' },
  { id: 'completed', title: 'Completed' },
  { id: 'failed', title: 'Failed' },
  { id: 'cancelled', title: 'Cancelled' },
];

/** Where a task stands on the board: what needs the person stands first, whatever its status. */
export function groupOf({ status, needsYou }: Pick<DailyTask, 'status' | 'needsYou'>): Group {
  if (needsYou !== null && status !== 'completed' && status !== 'cancelled') return 'needs';
  return status === 'generated' || status === 'pending' ? 'waiting' : status;
}

const statuses: Record<DailyTask['status'], { tone: string; word: string }> = {
  generated: { tone: 'failed', word: 'Sent back' },
  pending: { tone: 'scheduled', word: 'Not started' },
  in_progress: { tone: 'working', word: 'In progress' },
  completed: { tone: 'ok', word: 'Completed' },
  failed: { tone: 'failed', word: 'Failed' },
  cancelled: { tone: 'archived', word: 'Cancelled' },
};

export const statusSaid = ({ status, needsYou }: Pick<DailyTask, 'status' | 'needsYou'>) =>
  needsYou !== null && status === 'in_progress'
    ? { tone: 'waiting', word: 'Waits for you' }
    : statuses[status];

/** "3 of 5 completed · 1 failed". */
export function totalsWords({ completed, generated, failed, needsYou }: DailyRunSummary['totals']): string {
  if (generated === 0) return 'Nothing was planned';
  const parts = [`${completed} of ${generated} completed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (needsYou > 0) parts.push(`${needsYou} ${needsYou === 1 ? 'needs' : 'need'} you`);
  return parts.join(' · ');
}

/** How much of the window is left. @param now milliseconds */
export function leftWords({ endsAt, timezone }: Pick<DailyRun, 'endsAt' | 'timezone'>, now: number): string {
  const left = Date.parse(endsAt) - now;
  const until = `until ${timeOfDay(endsAt, timezone)}`;
  return left <= 0 ? `ended ${timeOfDay(endsAt, timezone)}` : `${minutesWords(left)} left, ${until}`;
}

const triggers: Record<DailyRunSummary['trigger'], string> = {
  scheduled: '',
  manual: 'started by hand',
  dry: 'dry run',
};
export const triggerWords = (trigger: DailyRunSummary['trigger']): string => triggers[trigger];

/** A day without a time of day: "Tuesday, 24 November". */
export const dayOf = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));
