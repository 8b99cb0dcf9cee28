/** How each way goes to the step at which the process dies, and what is done at that very moment. */
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';
import { reachChange } from './schedules-changes.ts';
import { reachExpiry } from './schedules-expiry.ts';
import type { Last, Play } from './schedules-play.ts';
import type { Way } from './schedules-points.ts';
import { reachRehearsal } from './schedules-rehearsal.ts';
import { reachShared } from './schedules-shared.ts';
import { arrive, prepare, untilAsked, untilIdle, untilReceipt } from './schedules-steps.ts';

/**
 * How far ahead a due time is that is to come while the app is up (longer than making it takes, also on a busy machine, or it
 * would lie in the past), and one that is to come while it is down.
 */
const SOON_MS = 3_000;
const DOWN_MS = 1_500;
/** The wait after the first failure is a minute at most. */
const BACKOFF_MS = 75_000;
/** Nothing comes due while the test runs. */
const SELDOM = { cron: '0 0 29 2 *' };

const inMs = (ms: number) => ({ at: new Date(Date.now() + ms).toISOString() });
const ask = { tool: 'ask_user', input: { questions: [{ question: 'Which one?', kind: 'text' }] } };

/** Something that takes a moment, or is taken in: the death follows it after the point's own time, or its answer. */
function lastly(play: Play, act: () => Promise<unknown>): Last {
  return play.point.step.at === 'answered' || play.point.step.at === 'before due'
    ? { do: act }
    : { ms: play.point.ms, do: act };
}

async function busyWith(play: Play): Promise<void> {
  await play.hold(play.words.talk);
  await play.say();
  await play.held(play.words.talk);
}

/** What was in the way lets go: the death follows that, or comes at a step of the run that then begins. */
async function letGo(play: Play, free: () => Promise<unknown>): Promise<Last | null> {
  if (play.point.step.at === 'freed') return lastly(play, free);
  await prepare(play);
  await free();
  await arrive(play);
  return null;
}

async function heldBy(play: Play, obstacle: 'turn' | 'question'): Promise<Last | null> {
  const { at } = play.point.step;
  if (obstacle === 'turn') await busyWith(play);
  else {
    await play.say(ask);
    await untilAsked(play);
  }
  if (at === 'before due') return lastly(play, () => play.create(inMs(DOWN_MS)));
  await play.create(inMs(SOON_MS));
  await untilReceipt(play, 'blocked');
  const free = await (obstacle === 'turn' ? play.whatLetsGo(play.words.talk) : play.whatAnswers());
  if (at === 'held') return null;
  return letGo(play, free);
}

async function retry(play: Play): Promise<Last | null> {
  const { at } = play.point.step;
  const isFirst = at === 'before the refusal';
  const match = { text: play.words.run, kind: 'chat' };
  // The request that dies with the process has taken its refusal with it.
  await play.visitor.model({ action: 'queue', match, scenario: 'unauthorized', times: isFirst ? 2 : 1 });
  if (isFirst || at === 'failing') await play.hold(play.words.run);
  await play.create(inMs(SOON_MS));
  if (isFirst || at === 'failing') {
    const free = await play.whatLetsGo(play.words.run);
    return isFirst ? null : lastly(play, free);
  }
  await untilReceipt(play, 'failed');
  if (at === 'backing off' || at === 'before the retry') return null;
  await prepare(play);
  await play.until('the next try', async () => (await play.runs()).length === 2, BACKOFF_MS);
  await arrive(play);
  return null;
}

async function runNow(play: Play, isBusy: boolean): Promise<Last | null> {
  const { at } = play.point.step;
  await play.create(SELDOM);
  if (isBusy) await busyWith(play);
  else await prepare(play);
  if (at === 'sent' || at === 'answered') return lastly(play, () => play.runNow());
  await play.runNow();
  if (at === 'held') return null;
  if (isBusy) return letGo(play, await play.whatLetsGo(play.words.talk));
  await arrive(play);
  return null;
}

async function proposal(play: Play, isAtOnce: boolean): Promise<Last | null> {
  const { at } = play.point.step;
  const when = isAtOnce ? { immediate: true } : { every: 3_600 };
  const input = { name: 'Proposed', instruction: play.instruction, ...when };
  const ofCard = !isAtOnce && (at === 'model' || at === 'next step');
  if (ofCard && at === 'model') await play.hold(play.words.talk);
  await play.say({ tool: 'create_schedule', input });
  if (ofCard && at === 'model') {
    await play.held(play.words.talk);
    return null;
  }
  await untilAsked(play);
  if (at === 'waiting') return null;
  if (at === 'sent' || at === 'answered') return lastly(play, await play.whatAnswers());
  if (ofCard) await play.hold(play.words.talk);
  if (isAtOnce) await prepare(play);
  await play.answerAll();
  if (ofCard) await play.held(play.words.talk);
  else if (isAtOnce) await arrive(play);
  else await untilIdle(play);
  return null;
}

async function asks(play: Play): Promise<Last | null> {
  const { at } = play.point.step;
  if (at === 'model') await prepare(play);
  await play.create(inMs(SOON_MS));
  if (at === 'model') {
    await arrive(play);
    return null;
  }
  await untilAsked(play, 2);
  if (at === 'waiting') return null;
  if (at === 'sent' || at === 'answered') return lastly(play, await play.whatAnswers());
  await prepare(play);
  await play.answerAll();
  await arrive(play);
  return null;
}

/** Due times for which nobody is there. */
async function down(play: Play): Promise<Last> {
  const { policy } = play.point;
  if (policy === null) throw new Error('this point has no policy');
  const { before, given, inMs: ms, untilMs } = policy;
  const schedule = (): Partial<CreateSchedule> => ({
    ...given,
    ...(ms === null ? {} : inMs(ms)),
    ...(untilMs === undefined ? {} : { until: new Date(Date.now() + untilMs).toISOString() }),
  });
  if (before === 'a question') {
    await play.say(ask);
    await untilAsked(play);
  }
  if (before !== 'a run that waits') return lastly(play, () => play.create(schedule()));
  await play.create(SELDOM);
  await play.runNow();
  await untilAsked(play, 2);
  const path = `/schedules/${play.schedule?.id}`;
  return lastly(play, () => play.call('PATCH', path, schedule()));
}

/** Goes to the step of its point. Answers what is to be done when all others are there. */
export function reach(play: Play): Promise<Last | null> {
  const ways: Readonly<Record<Way, () => Promise<Last | null>>> = {
    'held by a turn': () => heldBy(play, 'turn'),
    'held by a question': () => heldBy(play, 'question'),
    retry: () => retry(play),
    'run now': () => runNow(play, false),
    'run now, busy': () => runNow(play, true),
    proposal: () => proposal(play, false),
    'proposal, at once': () => proposal(play, true),
    asks: () => asks(play),
    down: () => down(play),
    'down long': () => down(play),
    pause: async () => reachChange(play),
    edit: async () => reachChange(play),
    removal: async () => reachChange(play),
    rehearsal: () => reachRehearsal(play),
    shared: () => reachShared(play),
    expiry: () => reachExpiry(play),
  };
  return ways[play.point.way]();
}
