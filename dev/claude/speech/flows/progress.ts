/** "How's that email task going?": looked up in the run ledger. It begins no run and does none of the work again. */
import { say } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';
import { calling, resultOf } from './call.ts';

const ASKS =
  /\bhow(?:['’]s| is| are| did)\b[^?\n]{0,80}\b(?:task|watch|schedule|job|run|search)s?\b[^?\n]{0,40}(?:\?|$)|\bwhat(?:['’]s| is) the status of\b/i;

/** A line of `list_runs` that something of its own began: when, what, how it ended. */
const RUN = /^(.+?) {2}(?:schedule|webhook) "(.+?)": (\w+)/;

const ends: Readonly<Record<string, string>> = {
  completed: 'is done',
  failed: 'failed',
  waiting: 'waits for you',
  running: 'goes on right now',
  stopped: 'was stopped',
};

export const progressFlow: Speaker = {
  name: 'tells how a task is going',
  speak: (view) => {
    if (!ASKS.test(view.newest)) return undefined;
    if (view.step === 0) return calling(view, 'list_runs', {});
    const found = resultOf(view, 'list_runs');
    if (found === undefined) return undefined;
    const runs = found.text.split('\n').flatMap((line) => {
      const [, at = '', name = '', end = ''] = RUN.exec(line) ?? [];
      return at === '' ? [] : [{ at, name, end }];
    });
    const [last] = runs;
    if (last === undefined) return say('It has not run by itself yet.');
    const { at, name, end } = last;
    const count = runs.filter((run) => run.name === name).length;
    const times = count === 1 ? 'once' : `${count} times`;
    return say(
      `**${name}** ran ${times} so far. The last run, ${at}, ${ends[end] ?? `ended as ${end}`}. I looked that up and started no new run.`,
    );
  },
};
