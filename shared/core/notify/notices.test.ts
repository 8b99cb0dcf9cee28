import { expect, it } from 'vitest';
import { isLoud } from './notices.ts';

const at = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

it('keeps quiet in the hours that were chosen, also over midnight', () => {
  const night = { only: 'all', quiet: { from: '22:00', until: '07:00' } } as const;
  for (const [time, loud] of [
    ['21:59', true],
    ['22:00', false],
    ['00:00', false],
    ['06:59', false],
    ['07:00', true],
  ] as const)
    expect([time, isLoud('question', night, at(time))]).toEqual([time, loud]);
  const noon = { only: 'all', quiet: { from: '12:00', until: '13:00' } } as const;
  expect([isLoud('question', noon, at('12:30')), isLoud('question', noon, at('13:00'))]).toEqual([
    false,
    true,
  ]);
  const never = { only: 'all', quiet: { from: '12:00', until: '12:00' } } as const;
  expect(isLoud('question', never, at('12:00'))).toBe(true);
});

it('lets only what needs the person interrupt, when that was chosen', () => {
  const only = { only: 'needs_me', quiet: null } as const;
  const kinds = ['question', 'failure', 'paused', 'missed', 'result'] as const;
  expect(kinds.map((kind) => isLoud(kind, only, 0))).toEqual([true, true, true, true, false]);
});
