/** The steps that the runs of all ways have in common: how one stops there, and whether it still does. */
import { resultsIn } from './outcomes.ts';
import type { Play } from './schedules-play.ts';

/** What is set before a run begins, so that it stops at the step. */
export async function prepare(play: Play): Promise<void> {
  const { step } = play.point;
  if (step.at === 'model') await play.hold(play.words.run);
  if (step.at === 'call') await play.tools({ action: 'hold', tool: step.tool, when: step.when });
  if (step.at === 'next step') await play.tools({ action: 'hold', tool: 'write_note', when: 'after' });
}

/** Goes on until a run that begins, or has begun, is at the step. */
export async function arrive(play: Play): Promise<void> {
  const { step } = play.point;
  if (step.at === 'model') await play.held(play.words.run);
  if (step.at === 'call') await play.tools({ action: 'await', held: 1 });
  if (step.at === 'next step') {
    await play.tools({ action: 'await', held: 1 });
    await play.hold(play.words.run);
    await play.tools({ action: 'release' });
    await play.held(play.words.run);
  }
  if (step.at === 'settled') {
    await play.until('the effects', async () => (await play.visitor.effects(play.space)).length === 2);
    await untilIdle(play);
  }
}

export const untilIdle = (play: Play) =>
  play.until('the end of the turn', async () => {
    const { working } = await play.conversation();
    return !working && resultsIn(await play.events()).length > 0;
  });

export const untilAsked = (play: Play, count = 1) =>
  play.until('the questions', async () => {
    const { working, questions } = await play.conversation();
    return !working && questions.length === count;
  });

export const untilReceipt = (play: Play, status: string) =>
  play.until(`the receipt "${status}"`, async () =>
    (await play.receipts()).some((each) => each.status === status),
  );

/** Whether it is still at its step: all wait for the one that takes longest. */
export async function isThere(play: Play): Promise<boolean> {
  const { step, way } = play.point;
  switch (step.at) {
    case 'model':
    case 'next step':
    case 'before the refusal':
    case 'failing': {
      const words = way === 'proposal' ? play.words.talk : play.words.run;
      return (await play.visitor.asked(words)).some(({ held, outcome }) => held && outcome === 'running');
    }
    case 'call':
      // Answered at once where one waits; else never.
      await play.tools({ action: 'await', held: 1 });
      return true;
    case 'backing off':
    case 'before the retry': {
      const { schedules } = await play.conversation();
      return Date.parse(schedules[0]?.retryAt ?? '') > Date.now();
    }
    case 'held':
    case 'freed':
      if (way === 'run now, busy') return (await play.runs()).every(({ id }) => id !== play.runId);
      return (await play.receipts()).at(-1)?.status === 'blocked';
    case 'waiting':
      return (await play.conversation()).questions.length > 0;
    default:
      return true;
  }
}
