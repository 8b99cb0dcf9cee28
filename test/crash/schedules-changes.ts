/**
 * A pause, an edit and a removal that were sent and not answered: afterwards the schedule is as it was or as was asked,
 * never something in between, and the same once more changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Event } from '#shared/protocol/events.ts';
import type { Schedule } from '#shared/protocol/schedule.ts';
import type { UpdateSchedule } from '#shared/protocol/schedule-requests.ts';
import type { Last, Play } from './schedules-play.ts';
import type { Way } from './schedules-points.ts';
import { counted } from './tally.ts';
import type { Effect } from './visitor.ts';

/** It comes due so long after its creation: while the process is down. */
const DUE_MS = 1_500;
/** An edit moves it to so long after that, which is down as well. */
const LATER_MS = 500;

type Change = 'pause' | 'edit' | 'removal';
export const isChange = (way: Way): way is Change => way === 'pause' || way === 'edit' || way === 'removal';

/** What a person sets of a schedule. */
type Settings = Pick<
  Schedule,
  | 'name'
  | 'rule'
  | 'timezone'
  | 'instruction'
  | 'missed'
  | 'overlap'
  | 'whileWaiting'
  | 'count'
  | 'until'
  | 'paused'
>;

function settingsOf(schedule: Schedule): Settings {
  const { name, rule, timezone, instruction, missed, overlap, whileWaiting, count, until, paused } = schedule;
  return { name, rule, timezone, instruction, missed, overlap, whileWaiting, count, until, paused };
}

function known({ schedule }: Play): Schedule {
  if (schedule === null) throw new Error('this play has no schedule');
  return schedule;
}

const laterThan = ({ nextAt }: Schedule) => new Date(Date.parse(nextAt ?? '') + LATER_MS).toISOString();

const bodyOf = (play: Play): UpdateSchedule =>
  play.point.way === 'pause'
    ? { paused: true }
    : { name: 'Edited', instruction: play.instructionFor('edited'), at: laterThan(known(play)) };

/** As it has to be once the change was taken in; null: it is gone. */
function asAsked(play: Play): Settings | null {
  const before = settingsOf(known(play));
  if (play.point.way === 'removal') return null;
  if (play.point.way === 'pause') return { ...before, paused: 'user' };
  const { name = '', instruction = '', at = '' } = bodyOf(play);
  return { ...before, name, instruction, rule: { type: 'once', at } };
}

const current = async (play: Play): Promise<Schedule | null> =>
  (await play.conversation()).schedules.find(({ id }) => id === known(play).id) ?? null;

/** Always with the same key. */
function send(play: Play): Promise<unknown> {
  const path = `/schedules/${known(play).id}`;
  return play.point.way === 'removal'
    ? play.call('DELETE', path, undefined, play.key)
    : play.call('PATCH', path, bodyOf(play), play.key);
}

/** Made when all others are at their steps, so that its due time comes after the death; then the change is sent. */
export const reachChange = (play: Play): Last => ({
  first: async () => {
    await play.create({ at: new Date(Date.now() + DUE_MS).toISOString() });
    play.awayUntil = Date.parse(known(play).nextAt ?? '') + LATER_MS;
  },
  ...(play.point.step.at === 'answered' ? {} : { ms: play.point.ms }),
  do: () => send(play),
});

/** Whether it was taken in. @throws Error when it is neither as it was nor as was asked */
export async function changeTaken(play: Play): Promise<boolean> {
  const found = await current(play);
  const is = found === null ? null : settingsOf(found);
  if (isDeepStrictEqual(is, asAsked(play))) return true;
  if (isDeepStrictEqual(is, settingsOf(known(play)))) return false;
  throw new Error(`lost: neither as before nor as asked: ${JSON.stringify(is)}`);
}

/** Sends it again as a client would. Then a pause ends, so that its receipt is written. */
export async function changeAgain(play: Play): Promise<void> {
  const before = await current(play);
  await send(play);
  const after = await current(play);
  if (play.taken && !isDeepStrictEqual(before && settingsOf(before), after && settingsOf(after)))
    throw new Error(`double: the repeat changed it again: ${JSON.stringify(after)}`);
  if (play.point.way === 'pause') await play.call('PATCH', `/schedules/${known(play).id}`, { paused: false });
  // Whatever still came of it would come before the end of this.
  if (play.point.way === 'removal') await play.say();
}

/** The receipts, by whether it had been taken in before the due time. */
export function receiptsOfChange({ point, taken }: Play): RegExp {
  const ran = '(ran|late) (on_time|was_down)';
  // Sent again it finds the run of the time before, and waits for it.
  const after = '(ran|late) (on_time|was_down|was_busy)';
  if (point.way === 'edit') return new RegExp(`^${taken ? ran : `${ran}, ${after}`}$`);
  if (!taken) return new RegExp(`^${ran}$`);
  return point.way === 'pause' ? /^skipped was_paused$/ : /^$/;
}

/** What the log says of the change, and by whose words the work outside was done. */
export function judgeChange(
  play: Play,
  events: ReadonlyArray<Event>,
  effects: ReadonlyArray<Effect>,
): string[] {
  const { way } = play.point;
  if (!isChange(way)) return [];
  const told = (change: string) =>
    events.filter((event) => event.type === 'schedule_changed' && event.change === change).length;
  const notes = (words: string) =>
    effects.filter(({ args }) => args['text'] === `${words} ${play.space}`).length;
  // One that ran before it was asked to pause has ended, and there is nothing to pause.
  const pauses = way !== 'pause' ? 0 : play.taken ? 1 : Math.min(1, told('paused'));
  return [
    ...counted('pauses', told('paused'), pauses),
    ...counted('ends of a pause', told('resumed'), pauses),
    ...counted('edits', told('changed'), way === 'edit' ? 1 : 0),
    ...counted('removals', told('removed'), way === 'removal' ? 1 : 0),
    ...counted('notes by the words before', notes('note'), play.taken ? 0 : 1),
    ...counted('notes by the words asked for', notes('edited'), way === 'edit' ? 1 : 0),
  ];
}
