import { expect, test } from 'vitest';
import { statusOf } from './status.ts';

const calm = { status: 'active', working: false, lastOutcome: 'completed', nextRunAt: null } as const;
const soon = '2026-11-22T08:00:00.000Z';

test.each([
  ['a chat at rest', calm, 'talking', 'Talking'],
  ['a chat that never ran', { ...calm, lastOutcome: null }, 'talking', 'Talking'],
  ['a turn runs', { ...calm, working: true }, 'working', 'Working'],
  ['a turn runs after one failed', { ...calm, working: true, lastOutcome: 'failed' }, 'working', 'Working'],
  ['a question is open', { ...calm, status: 'waiting_input' }, 'waiting', 'Waiting for you'],
  [
    'a question after a failure',
    { ...calm, status: 'waiting_input', lastOutcome: 'failed' },
    'waiting',
    'Waiting for you',
  ],
  ['the last turn failed', { ...calm, lastOutcome: 'failed' }, 'failed', 'Failed'],
  ['the last run failed', { ...calm, status: 'background', lastOutcome: 'failed' }, 'failed', 'Failed'],
  ['a live schedule', { ...calm, status: 'background', nextRunAt: soon }, 'scheduled', 'Scheduled'],
  ['a live webhook', { ...calm, status: 'background' }, 'listening', 'Listening'],
  ['all its schedules are paused', { ...calm, paused: true }, 'paused', 'Paused'],
  [
    'a schedule paused itself, as its runs failed',
    { ...calm, paused: true, lastOutcome: 'failed' },
    'failed',
    'Failed',
  ],
  ['archived with schedules', { ...calm, status: 'archived', paused: true }, 'archived', 'Archived'],
  ['archived', { ...calm, status: 'archived', lastOutcome: 'failed' }, 'archived', 'Archived'],
  ['the person stopped it', { ...calm, lastOutcome: 'stopped' }, 'talking', 'Talking'],
  ['cut at a limit', { ...calm, lastOutcome: 'limit' }, 'talking', 'Talking'],
] as const)('%s', (_, summary, tone, word) => {
  expect(statusOf(summary)).toEqual({ tone, word });
});
