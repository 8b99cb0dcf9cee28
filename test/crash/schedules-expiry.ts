/**
 * A run whose question nobody answers in time. A question is open for an hour at least, so it is asked by a clock that is
 * an hour behind: by the real one it expires at once, or within seconds.
 */
import { resultsIn } from './outcomes.ts';
import type { Event } from '#shared/protocol/events.ts';
import type { Last, Play } from './schedules-play.ts';
import { arrive, prepare, untilAsked } from './schedules-steps.ts';
import { counted } from './tally.ts';

/** How far the clock is behind while the questions are asked: as long as one is open at least. */
export const BEHIND_MS = 60 * 60_000;
/** From the question to its end where that is to come while the process is down: all the others have to be there by then. */
const OPEN_MS = 12_000;

/** The question comes before the calls, so that they are made by the run that goes on without an answer. */
export function askedFirst({ step }: Play['point']): { tool: string; input: object } {
  const hours = (BEHIND_MS + (step.at === 'waiting' ? OPEN_MS : 0)) / BEHIND_MS;
  const questions = [{ question: 'Which one?', kind: 'text' }];
  return { tool: 'ask_user', input: { questions, expires_in_hours: hours } };
}

/** By the clock that is behind: goes on until the question stands. */
export async function reachExpiry(play: Play): Promise<Last | null> {
  await play.create({ immediate: true });
  await untilAsked(play);
  const { questions } = await play.conversation();
  if (play.point.step.at === 'waiting') play.awayUntil = Date.parse(questions[0]?.expiresAt ?? '');
  // From the doorbell it hears that the time has come, as from its alarm.
  return play.point.step.at === 'expiring' ? { ms: play.point.ms, do: () => play.ring() } : null;
}

/** By the real clock: goes on to the steps after the end of the question. */
export async function onceExpired(play: Play): Promise<void> {
  const { at } = play.point.step;
  if (at === 'expiring') return;
  if (at !== 'waiting') await prepare(play);
  // Its alarm was set by the other clock.
  await play.ring();
  if (at !== 'waiting') await arrive(play);
}

export function judgeExpiry(events: ReadonlyArray<Event>): string[] {
  const answers = resultsIn(events).flatMap(({ name, outcome }) => (name === 'ask_user' ? [outcome] : []));
  const closed = events.flatMap((event) => (event.type === 'question_closed' ? [event.end.outcome] : []));
  return [
    ...counted('results of the question', answers.length, 1),
    ...counted('ends of the question', closed.length, 1),
    ...([...answers, ...closed].every((outcome) => outcome === 'expired')
      ? []
      : [`the question ended as ${[...answers, ...closed].join(', ')}`]),
  ];
}
