import { expect, test } from 'vitest';
import { occurrenceOf } from '#shared/protocol/fixtures.ts';
import type { Occurrence, Schedule } from '#shared/protocol/schedule.ts';
import type { WaitReason } from '#shared/protocol/webhook.ts';
import { schedule } from './fixture.ts';
import {
  deliverySaid,
  receiptSaid,
  runSaid,
  scheduleSaid,
  triggerWords,
  whenWords,
  webhookSaid,
} from './work-words.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const ID = '019a0000-0000-7000-8000-000000000001';
const receipt = (more: Partial<Occurrence>) => occurrenceOf('2026-11-24T08:00:00.000Z', more);

test('a time to come is told by its day, in the zone of the person', () => {
  const words = (iso: string, zone = 'UTC') => whenWords(iso, zone, NOW).replace(/ (?:AM|PM)$/, '');
  expect(words('2026-11-24T18:00:00.000Z')).toMatch(/^today 0?6:00|^today 18:00/);
  expect(words('2026-11-25T08:00:00.000Z')).toMatch(/^tomorrow 08:00/);
  expect(words('2026-11-27T08:00:00.000Z')).toMatch(/^Friday 08:00/);
  expect(words('2026-12-24T08:00:00.000Z')).toMatch(/^Thursday,? 24 December 08:00/);
  expect(words('2026-11-24T20:00:00.000Z', 'Asia/Tokyo')).toMatch(/^tomorrow 05:00/);
  expect(words('2026-11-23T08:00:00.000Z')).toMatch(/^yesterday 08:00/);
});

test('a schedule says how it stands', () => {
  const said = (more: Partial<Schedule>) => scheduleSaid(schedule(more), 'UTC', NOW).word;
  expect(said({})).toMatch(/^Next tomorrow 08:30/);
  expect(said({ status: 'paused', paused: 'failing', nextAt: null })).toBe(
    'Paused by itself: five runs in a row failed or were cut off',
  );
  expect(said({ retryAt: '2026-11-24T12:04:00.000Z', failures: 2 })).toMatch(
    /^Failed 2 times, tried again today/,
  );
  expect(said({ failures: 2 })).toMatch(/^Next tomorrow 08:30.*, after 2 runs that failed or were cut off$/);
  expect(said({ nextAt: null })).toBe('Under way');
  expect(said({ status: 'ended' })).toBe('Ended');
});

test('a receipt says what became of a due time and why, also of one whose reason is new', () => {
  expect(receiptSaid(receipt({}))).toMatchObject({ word: 'Ran', why: 'on time' });
  expect(receiptSaid(receipt({ status: 'missed', reason: 'was_down', count: 12 }))).toMatchObject({
    word: 'Missed, 12 times in a row',
    why: 'the app was down at that time',
  });
  expect(receiptSaid(receipt({ status: 'failed', reason: 'overloaded' })).why).toBe('Claude is overloaded');
  expect(receiptSaid(receipt({ reason: 'of_a_newer_release' })).why).toBe('something went wrong');
});

test('a run never says that it is done when it is not', () => {
  expect(runSaid({ status: 'running', outcome: null, code: null }).word).toBe('Working');
  expect(runSaid({ status: 'ended', outcome: 'failed', code: 'overloaded' })).toMatchObject({
    word: 'Failed',
    why: 'Claude is overloaded',
  });
  const source = { id: ID, name: 'Issues', dueAt: '2026-11-24T08:00:00.000Z', deliveries: 300 };
  expect(triggerWords({ trigger: { type: 'webhook', source } })).toBe('Webhook “Issues”, 300 deliveries');
});

test('a run that was cut off says at which limit, and what can be done', () => {
  const cut = (code: string) => runSaid({ status: 'ended', outcome: 'limit', code });
  expect(cut('max_steps')).toEqual({
    tone: 'waiting',
    word: 'Cut off at a limit',
    why: 'It reached the limit of steps for one turn',
    remedy: 'Say “go on” to let it continue, or give it less to do in one run.',
  });
  const codes = ['max_steps', 'max_tokens', 'context_window', 'deadline', 'token_budget'];
  const whys = codes.map((code) => [cut(code).why, cut(code).remedy]).flat();
  expect(new Set(whys.filter((why) => why !== null)).size).toBe(10);
  expect(cut('of_a_newer_release')).toMatchObject({ word: 'Cut off at a limit', why: null, remedy: null });
  expect(receiptSaid(receipt({ status: 'failed', reason: 'max_steps' }))).toMatchObject({
    word: 'Cut off at a limit',
    why: 'it reached the limit of steps for one turn',
  });
});

test('a webhook without its secret does not say that it listens', () => {
  const said = { status: 'live' as const, paused: null, secretPending: false };
  expect(webhookSaid(said)).toEqual({ tone: 'scheduled', word: 'Listening' });
  expect(webhookSaid({ ...said, secretPending: true })).toEqual({
    tone: 'waiting',
    word: 'Waits for its secret',
  });
  expect(webhookSaid({ status: 'paused', paused: 'failing', secretPending: true }).tone).toBe('failed');
});

test('a delivery says why it waits, and of runs that keep apart how many are used', () => {
  const used = { runsUsed: 12, runsPerHour: 30 };
  const waits = (reason: WaitReason) =>
    deliverySaid({ status: 'waiting', waits: { reason, until: null } }, used).word;
  expect(waits('runs_keep_apart')).toBe('Waits: runs of this hour keep apart, 12 of 30 used');
  expect(waits('waiting_for_you')).toBe('Waits: Claude asked you something first');
  expect(deliverySaid({ status: 'waiting', waits: null }, used).word).toBe('Waits for its run');
  expect(deliverySaid({ status: 'accepted' }, used)).toEqual({ tone: 'ok', word: 'Taken in' });
});
