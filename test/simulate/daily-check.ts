/** What must hold after every decision of a board, whatever was decided. */
import type { DailyInput } from '#shared/core/daily/input.ts';
import { totalsOf } from '#shared/core/daily/report.ts';
import { isOpen, mayAssign, type RunState } from '#shared/core/daily/run-state.ts';
import type { TaskStatus } from '#shared/protocol/daily.ts';

export class Trouble extends Error {
  override readonly name = 'Trouble';
}

/** As the requirements have it, told again here: the board's own table is what is held against it. */
const allowed: ReadonlySet<string> = new Set<`${TaskStatus} > ${TaskStatus}`>([
  'generated > pending',
  'generated > cancelled',
  'pending > generated',
  'pending > in_progress',
  'pending > cancelled',
  'in_progress > pending',
  'in_progress > completed',
  'in_progress > failed',
]);
/** Only when somebody decides about what was escalated: it may be tried once more. */
const byDecision = 'failed > pending';
const first: ReadonlySet<TaskStatus> = new Set(['generated', 'pending']);

/** What is wrong with how the tasks went on; null when nothing is. Also says how many moved. */
function wayOfTasks(
  before: RunState,
  after: RunState,
  input: DailyInput,
): { moves: number; wrong: string | null } {
  const known = new Map(before.tasks.map((task) => [task.id, task]));
  let moves = 0;
  for (const { id, status, assignedTo } of after.tasks) {
    const was = known.get(id)?.status;
    known.delete(id);
    if (was === undefined && !first.has(status)) return { moves, wrong: `a task begins as ${status}` };
    if (was !== undefined && was !== status) {
      moves += 1;
      const way = `${was} > ${status}`;
      if (!allowed.has(way) && !(way === byDecision && input.type === 'decide'))
        return { moves, wrong: `a task went from ${was} to ${status}` };
    }
    if (status === 'in_progress' && !after.actors.some((actor) => actor.id === assignedTo))
      return { moves, wrong: 'a task is in progress and nobody has it in hand' };
  }
  return { moves, wrong: known.size > 0 ? 'a task is gone' : null };
}

/** What the lead of a played day says where it decides about a task. */
export const ofLead = 'As the lead wants it.';

/**
 * What is wrong with words of the lead in a category that asks first; null when nothing is. They reach a sub-agent with a
 * yes that was said to them, and with nothing else.
 */
function wayOfWords(before: RunState, after: RunState, input: DailyInput): string | null {
  const asks = new Set(
    after.settings.categories.flatMap(({ name, rule }) => (rule === 'approve' ? [name] : [])),
  );
  for (const { id, category, approved, advice } of after.tasks) {
    if (!asks.has(category)) continue;
    const was = before.tasks.find((task) => task.id === id);
    const saysYes = input.type === 'user_change' && input.approve && input.taskId === id;
    if (approved && !saysYes && (was?.approved !== true || was.advice !== advice) && advice?.includes(ofLead))
      return 'words of the lead count as agreed';
    const said = after.actors.some(
      (actor) =>
        actor.taskId === id &&
        actor.letters.some(
          (letter) =>
            letter.text.includes(ofLead) &&
            !before.actors.some(({ letters }) => letters.some((each) => each.id === letter.id)),
        ),
    );
    if (said && !(input.type === 'spawn' && was?.approved === true && was.advice?.includes(ofLead)))
      return 'words of the lead reach a sub-agent without a yes';
  }
  return null;
}

/** Throws when a decision breaks a rule of every board. Answers how many tasks moved. */
export function checkDecision(before: RunState, after: RunState, input: DailyInput): number {
  const fail = (text: string): never => {
    throw new Trouble(`${text} after ${JSON.stringify(input)}`);
  };
  const { moves, wrong } = wayOfTasks(before, after, input);
  if (wrong !== null) fail(wrong);
  const unagreed = wayOfWords(before, after, input);
  if (unagreed !== null) fail(unagreed);
  const { completed, inProgress, failed, notStarted, generated, cancelled, unverified } = totalsOf(
    after.tasks,
  );
  if (
    completed + inProgress + failed + notStarted !== generated ||
    generated + cancelled !== after.tasks.length
  )
    fail('the totals do not add up');
  if (unverified > completed) fail('more are unverified than completed');
  const still = (state: RunState) => JSON.stringify({ ...state.report, after: [] });
  if (before.report !== null && still(before) !== still(after)) fail('the report was rewritten');
  const kept = before.report?.after ?? [];
  if (kept.some((line, at) => after.report?.after[at] !== line)) fail('what was appended was rewritten');
  if (!mayAssign(before) && after.actors.length > before.actors.length)
    fail('a conversation is made after the warning');
  const letters = (state: RunState) =>
    new Set(state.actors.flatMap((actor) => actor.letters.map(({ id }) => id)));
  if (!isOpen(after) && [...letters(after)].some((id) => !letters(before).has(id)))
    fail('something is said after the stop');
  return moves;
}
