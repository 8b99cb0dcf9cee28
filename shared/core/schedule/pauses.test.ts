import { expect, it } from 'vitest';
import { Play } from '#test/core/schedule-play.ts';
import { schedulesOf } from '#shared/core/conversation/state.ts';
import { pausesOf } from './pauses.ts';

it('says why all schedules stand still, and nothing where one goes on or there is none', () => {
  const play = new Play();
  const why = () => pausesOf(schedulesOf(play.state));
  const change = (scheduleId: string, by: 'user' | 'assistant') =>
    play.apply({ type: 'change_schedule', scheduleId, change: { pause: true }, by });
  expect(why()).toBeNull();
  const ids = [1, 2, 3].map((n) => play.add({ cron: `${n} 8 * * *` }));
  change(ids[0] ?? '', 'user');
  change(ids[1] ?? '', 'assistant');
  expect(why()).toBeNull();
  change(ids[2] ?? '', 'user');
  expect(why()).toEqual([
    { reason: 'user', count: 2 },
    { reason: 'assistant', count: 1 },
  ]);
});

it('keeps apart what stopped with the archive and what was paused before; what has ended counts for nothing', () => {
  const play = new Play();
  const first = play.add({ cron: '1 8 * * *' });
  play.add({ cron: '2 8 * * *' });
  play.add({ at: '2026-11-24T06:30:00Z' });
  play.ring(Date.parse('2026-11-24T06:30:00Z'));
  play.end();
  play.apply({ type: 'change_schedule', scheduleId: first, change: { pause: true }, by: 'user' });
  play.apply({ type: 'archive', partial: '' });
  expect(pausesOf(schedulesOf(play.state))).toEqual([
    { reason: 'user', count: 1 },
    { reason: 'archived', count: 1 },
  ]);
});
