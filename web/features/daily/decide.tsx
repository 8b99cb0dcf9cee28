/** What becomes of a task whose agent could not go on. What the agent proposes itself stands first. */
import { useId, useState } from 'react';
import type { DailyRun, DailyTask, TaskAction } from '#shared/protocol/daily.ts';
import { daily } from '#web/data/daily.ts';

const words: Readonly<Record<TaskAction, string>> = {
  retry: 'Try again',
  reassign: 'Give it to another agent',
  change_approach: 'Try it another way',
  drop: 'Drop it',
};

/** What can still be decided: nothing is begun anew after the warning, and nothing goes on after the end. */
export function actionsFor(
  { phase }: Pick<DailyRun, 'phase'>,
  { status, proposal }: Pick<DailyTask, 'status' | 'proposal'>,
): TaskAction[] {
  const assigns = phase === 'planning' || phase === 'nod' || phase === 'working';
  const goesOn = assigns || (phase === 'warned' && status === 'in_progress');
  const can: TaskAction[] = goesOn ? ['retry', 'change_approach'] : [];
  if (assigns) can.push('reassign');
  can.push('drop');
  const first = proposal?.action ?? 'retry';
  return can.toSorted((a, b) => Number(b === first) - Number(a === first));
}

export function Decide({
  run,
  task,
  busy,
  act,
}: {
  run: DailyRun;
  task: DailyTask;
  busy: boolean;
  act: (what: () => Promise<unknown>) => Promise<unknown>;
}) {
  const [text, setText] = useState('');
  const id = useId();
  if (task.needsYou?.kind !== 'escalation') return null;
  const actions = actionsFor(run, task);
  const said = text.trim();
  const decide = (action: TaskAction) =>
    act(() =>
      daily.call('decideDailyTask', {
        params: { runId: run.id, taskId: task.id },
        body: { action, ...(said === '' ? {} : { text: said }) },
      }),
    );
  return (
    <div className="decide" role="group" aria-label={`Decide about ${task.title}`}>
      {actions.length > 1 && (
        <>
          <label htmlFor={id}>What the agent should know</label>
          <input
            id={id}
            value={text}
            placeholder={task.proposal?.text ?? 'Nothing more'}
            maxLength={1_000}
            onChange={({ target }) => setText(target.value)}
          />
        </>
      )}
      <div className="verbs">
        {actions.map((action, at) => (
          <button
            key={action}
            type="button"
            className={at === 0 && actions.length > 1 ? 'primary' : undefined}
            disabled={busy}
            onClick={() => void decide(action)}
          >
            {action === 'drop' && task.status === 'failed' ? 'Leave it failed' : words[action]}
          </button>
        ))}
      </div>
    </div>
  );
}
