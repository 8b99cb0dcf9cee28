import { expect, it } from 'vitest';
import type { Run } from '#shared/protocol/run.ts';
import { guessedCost, runCost } from './run-cost.ts';

type Ran = Pick<Run, 'trigger' | 'status' | 'outcome' | 'cost'>;
const ran = (cost: number, more: Partial<Ran> = {}): Ran => ({
  trigger: { type: 'schedule' },
  status: 'ended',
  outcome: 'completed',
  cost,
  ...more,
});
const by = (own: Ran[], rehearsals: Ran[], here: Ran[], guess: number | null = null) =>
  runCost({ own: () => own, rehearsals: () => rehearsals, here: () => here, guess: () => guess });

it('goes by its own runs, else by its last rehearsal, else by what ran here', () => {
  const [own, rehearsals, here] = [
    [ran(0.02), ran(0.04)],
    [ran(0.1), ran(0.3)],
    [ran(1), ran(3)],
  ];
  expect(by(own, rehearsals, here)).toEqual({ each: 0.03, by: 'own_runs' });
  expect(by([], rehearsals, here)).toEqual({ each: 0.1, by: 'rehearsal' });
  expect(by([], [], here)).toEqual({ each: 2, by: 'runs_here' });
  expect(by([], [], here, 0.5)).toEqual({ each: 2, by: 'runs_here' });
  expect(by([], [], [], 0.5)).toEqual({ each: 0.5, by: null });
  expect(by([], [], [])).toBeNull();
});

it('guesses a look and an answer, each of which reads all that was said, at the price of the day', () => {
  // 2 a million to read, 0.1 from the cache, 10 to write.
  expect(guessedCost('claude-sonnet-5-5', 10_000, '2026-11-24')).toBeCloseTo(0.02 + 0.001 + 2 * 0.003, 9);
  expect(guessedCost('claude-sonnet-5-5', 10_000, '2026-10-01')).toBeCloseTo(0.02 + 0.002 + 2 * 0.003, 9);
});

it('takes no account of what cost nothing, goes on, or broke off', () => {
  const vague = [
    ran(0),
    ran(9, { status: 'running', outcome: null }),
    ran(9, { status: 'waiting', outcome: 'waiting' }),
    ran(9, { outcome: 'failed' }),
    ran(9, { outcome: 'stopped' }),
  ];
  expect(by([...vague, ran(0.5)], [], [])).toEqual({ each: 0.5, by: 'own_runs' });
  expect(by(vague, [...vague, ran(0.2)], [])).toEqual({ each: 0.2, by: 'rehearsal' });
  expect(by(vague, vague, vague)).toBeNull();
});

it('shares what schedules that came due together cost', () => {
  const other = { id: 'b', name: 'B', dueAt: '2026-11-24T08:00:00.000Z' };
  const source = { ...other, id: 'a', together: [other, other] };
  const shared = ran(0.6, { trigger: { type: 'schedule', source } });
  expect(by([shared], [], [])?.each).toBeCloseTo(0.2);
  expect(by([], [], [shared])?.each).toBeCloseTo(0.6);
});
