/** After the death: says again what was not answered, answers what waits, and looks until nothing is left to do. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Event } from '#shared/protocol/events.ts';
import { changeAgain, changeTaken, isChange } from './schedules-changes.ts';
import type { Play } from './schedules-play.ts';

/** How long all may take to come to rest: a try after a failure waits for a minute. */
const REST_MS = 110_000;
const LOOK_MS = 300;

/** The model had the last word of a run that came back, although nobody had looked at it. */
function untilDone(play: Play): Promise<boolean> {
  const look = async () =>
    (await play.visitor.asked(play.words.run)).some(
      ({ id, stopReason }) => id > play.asked && stopReason === 'end_turn',
    );
  return play.until('the end without anybody looking', look, REST_MS);
}

/** Does what a person does after the death, until nothing is left to do. */
export async function rest(play: Play): Promise<void> {
  const { way, step } = play.point;
  await play.tools({ action: 'release' });
  if (play.point.alone) await untilDone(play);
  const events = await play.events();
  const open = (await play.conversation()).questions.map(({ id }) => id);
  if (step.at === 'waiting' && way !== 'expiry' && open.join() !== play.shown.join())
    throw new Error('lost: what waited for a yes is another question after the restart');
  play.taken = await takenIn(play, events, open.length);
  if (way.startsWith('run now')) await play.runNow();
  if (way === 'rehearsal') await play.rehearse();
  if (isChange(way)) await changeAgain(play);
  let left: string | null = 'nothing was seen';
  for (const end = Date.now() + REST_MS; left !== null; await delay(LOOK_MS)) {
    if (Date.now() > end) throw new Error(`stuck: ${left}`);
    await play.answerAll();
    left = await unfinished(play);
  }
}

/** Whether what was on its way had been taken in, by the first look at what was left; null where that cannot be seen. */
async function takenIn(play: Play, events: ReadonlyArray<Event>, open: number): Promise<boolean | null> {
  const { way, step } = play.point;
  if (isChange(way)) {
    const isIn = await changeTaken(play);
    if (step.at === 'answered' && !isIn) throw new Error('lost: it was answered, and was not taken in');
    return isIn;
  }
  const hasEnded = events.some(({ type }) => type === 'turn_ended');
  if (step.at === 'failing') return hasEnded;
  if (step.at === 'freed') return way === 'held by a question' ? open < play.shown.length : hasEnded;
  if (step.at !== 'sent' || way === 'run now, busy') return null;
  return way === 'run now' || way === 'rehearsal' ? (await play.runs()).length > 0 : open < play.shown.length;
}

/** What is not over yet; null when everything is. */
async function unfinished(play: Play): Promise<string | null> {
  const events = await play.events();
  const { working, questions, schedules } = await play.conversation();
  const turns = (type: 'turn_started' | 'turn_ended') => events.filter((each) => each.type === type).length;
  if (working) return 'a turn runs';
  if (questions.length > 0) return 'a question is open';
  if (turns('turn_started') !== turns('turn_ended')) return 'a turn has not ended';
  if (play.point.way.startsWith('proposal')) play.schedule ??= schedules[0] ?? null;
  const known = schedules.find(({ id }) => id === play.schedule?.id);
  if (
    play.runId !== null &&
    !events.some((each) => each.type === 'turn_started' && each.runId === play.runId)
  )
    return 'the run by hand has not begun';
  if (play.point.way === 'rehearsal') return play.runId === null ? 'there is no rehearsal' : null;
  if (play.point.way === 'removal') return known === undefined ? null : 'it is not removed';
  if (known === undefined) return 'there is no schedule';
  if (schedules.some(({ id, status }) => id === play.other?.id && status !== 'ended'))
    return 'the other schedule has not ended';
  if (known.status === 'ended') return null;
  // A schedule without an end has nothing left to do here once its next time lies ahead.
  const goesOn = /^(run now|proposal$)/.test(play.point.way) || play.point.policy?.given.every === 90;
  const isDue = known.retryAt !== null || Date.parse(known.nextAt ?? '') <= Date.now();
  return goesOn && !isDue ? null : `the schedule is ${known.status}, next ${known.nextAt}`;
}
