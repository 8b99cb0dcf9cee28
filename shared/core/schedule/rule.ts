/** Reads a rule as people and Claude write it, and refuses what could never be kept. */
import type { ScheduleRule } from '#shared/protocol/schedule.ts';
import { readCron } from './cron.ts';
import { instant } from './instant.ts';
import { instantAt, nextFire } from './next-fire.ts';

/** The shortest and the longest step of `every`, in seconds: a minute, a year. */
const everyBounds = { least: 60, most: 366 * 24 * 60 * 60 };
/** A time that passed a moment ago, while somebody looked at the page, is taken as now. */
const LATE_MS = 60_000;
const FARTHEST_MS = 10 * 366 * 24 * 60 * 60_000;
/** With or without an offset, seconds or their parts. */
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?$/i;

export interface GivenRule {
  cron?: string | undefined;
  at?: string | undefined;
  /** Seconds. */
  every?: number | undefined;
  immediate?: true | undefined;
}

export type ReadRule = { ok: true; rule: ScheduleRule } | { ok: false; code: 'bad_schedule'; detail: string };

const no = (detail: string): ReadRule => ({ ok: false, code: 'bad_schedule', detail });

function cronRule(given: string, zone: string, now: number): ReadRule {
  const read = readCron(given);
  if (!read.ok) return no(read.detail);
  const rule = { type: 'cron' as const, cron: read.cron };
  return nextFire(rule, zone, now) === null
    ? no('This never comes, as 30 February never does.')
    : { ok: true, rule };
}

function onceRule(given: string, zone: string, now: number): ReadRule {
  const text = given.trim().replace(' ', 'T');
  const at = TIME.test(given.trim()) ? instantAt(text, zone) : Number.NaN;
  // A date that does not exist, as 31 June, would silently become another one.
  const isReal =
    !Number.isNaN(at) &&
    new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));
  if (!isReal) return no('A time is written as 2026-11-30T08:00, with or without an offset.');
  if (at < now - LATE_MS) return no('This time has passed.');
  if (at > now + FARTHEST_MS) return no('This is more than ten years ahead.');
  return { ok: true, rule: { type: 'once', at: at <= now ? instant(now + 1) : text } };
}

/**
 * Reads exactly one of cron, at, every and immediate.
 * @param zone IANA name, for times without an offset
 * @param now milliseconds since the epoch
 */
export function parseRule(given: GivenRule, zone: string, now: number): ReadRule {
  const { cron, at, every, immediate } = given;
  const count = [cron, at, every, immediate].filter((each) => each !== undefined).length;
  if (count !== 1) return no('Say when in exactly one way: cron, at, every (in seconds) or immediate.');
  if (cron !== undefined) return cronRule(cron, zone, now);
  if (at !== undefined) return onceRule(at, zone, now);
  if (every === undefined) return { ok: true, rule: { type: 'immediate' } };
  const { least, most } = everyBounds;
  if (!Number.isInteger(every) || every < least || every > most)
    return no(`"every" is a whole number of seconds, from ${least} to ${most}.`);
  return { ok: true, rule: { type: 'every', seconds: every, anchor: instant(now) } };
}
