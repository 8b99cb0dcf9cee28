/** The clock of a run: its window, its checkpoints, and when something is due next. */
import type { DailySettings } from '#shared/protocol/daily.ts';
import { earliest } from '../earliest.ts';
import { isOpen, type RunState } from './run-state.ts';

export const MINUTE_MS = 60_000;
/** Between checkpoints, and before the end: in minutes of the run's own time. */
const CHECKPOINT_MIN = 15;
const WARNING_MIN = 5;
/** How long what is in flight at the deadline is waited for, until the report is composed without it. */
const CLOSING_MS = 20_000;
const LEAST_CLOSING_MS = 1_500;
/** A run is over by four hours, whatever happens. */
const OVER_MIN = 240;

/** Milliseconds on the wall of so many minutes of the run. */
export const wallMs = (minutes: number, timeScale: number): number =>
  Math.round((minutes * MINUTE_MS) / timeScale);

export interface Window {
  warnAt: number;
  endsAt: number;
  reportBy: number;
  overAt: number;
}

/** @param startsAt when the run was due, in milliseconds: the end is counted from there, however late it begins */
export function windowOf(startsAt: number, windowMinutes: number, timeScale: number): Window {
  const endsAt = startsAt + wallMs(windowMinutes, timeScale);
  return {
    endsAt,
    warnAt: endsAt - wallMs(Math.min(WARNING_MIN, windowMinutes / 3), timeScale),
    reportBy: endsAt + Math.max(LEAST_CLOSING_MS, Math.round(CLOSING_MS / timeScale)),
    overAt: startsAt + wallMs(Math.max(OVER_MIN, windowMinutes + 20), timeScale),
  };
}

/** The checkpoint after `after`; null when the warning comes first. */
export function checkpointAfter(
  { startsAt, warnAt, timeScale }: Pick<RunState, 'startsAt' | 'warnAt' | 'timeScale'>,
  after: number,
): number | null {
  const step = wallMs(CHECKPOINT_MIN, timeScale);
  const next = startsAt + (Math.floor((after - startsAt) / step) + 1) * step;
  return next < warnAt ? next : null;
}

/** Milliseconds of the run's own time. */
export const ownMs = (wall: number, timeScale: number): number => Math.round(wall * timeScale);

/** When somebody has to look at the run; null when it is over. */
export function nextDue(state: RunState): number | null {
  const { phase, checkpointAt, warnAt, endsAt, reportBy, overAt, nodUntil, tasks } = state;
  if (phase === 'ended') return null;
  if (phase === 'reported') return overAt;
  if (phase === 'closing') return reportBy;
  const retries = isOpen(state) ? tasks.map(({ retryAt }) => retryAt) : [];
  if (isOpen(state)) retries.push(state.leadRetryAt ?? null);
  return earliest([checkpointAt, phase === 'warned' ? null : warnAt, endsAt, nodUntil, ...retries]);
}

export const usualSettings: DailySettings = {
  enabled: false,
  start: '08:00',
  timezone: null,
  days: [1, 2, 3, 4, 5],
  cron: null,
  windowMinutes: 180,
  style: '',
  categories: [],
  budget: 5,
  parallel: 3,
  tokenBudget: 300_000,
  nodMinutes: null,
  keepDays: 90,
};
