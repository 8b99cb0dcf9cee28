/** One task of the board: what it is, how it stands, what shows that it was done, and what the person can do about it. */
import { useState } from 'react';
import type { DailyRun, DailyTask } from '#shared/protocol/daily.ts';
import { conversationPath } from '#web/app/routes.ts';
import { daily, runQuery } from '#web/data/daily.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { CopyTextButton } from '#web/ui/copy-text-button.tsx';
import { Link } from '#web/ui/link.tsx';
import { timeOfDay } from '#web/ui/time.ts';
import { Decide } from './decide.tsx';
import { minutesWords, statusSaid } from './daily-words.ts';
import { TaskEditor } from './task-editor.tsx';

const isAddress = (text: string): boolean => /^https?:\/\//.test(text);

function EvidenceList({ task }: { task: DailyTask }) {
  if (task.status !== 'completed') return null;
  if (task.unverified && task.evidence.length === 0)
    return <p className="muted">Unverified: the sub-agent showed no evidence.</p>;
  return (
    <ul className="evidence" aria-label="Evidence">
      {task.evidence.map(({ type, text, unknown, unshown }) => (
        <li key={text}>
          {unknown && <span className="muted">Unverified, there is no such file: </span>}
          {unshown && <span className="muted">Unverified, no answer of its tools shows it: </span>}
          {isAddress(text) ? (
            <a href={text} target="_blank" rel="noopener noreferrer">
              {text}
            </a>
          ) : (
            <>
              <code>{text}</code>
              <CopyTextButton text={text} label={type === 'artifact' ? 'Copy file id' : 'Copy'} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/**
 * What a yes is for: with title and category above and the failed tries below, a sub-agent is told this and nothing else.
 * What the tasks before it came to is told, too, and may not be known yet: so they are named.
 */
function WhatBegins({ run, task }: { run: DailyRun; task: DailyTask }) {
  const { description, tools, brief, advice, dependsOn, needs = [] } = task;
  const first = dependsOn.map((id) => run.tasks.find((each) => each.id === id)?.title ?? id);
  return (
    <dl className="begins">
      <dt>What it is</dt>
      <dd className="plain">{description}</dd>
      <dt>Tools</dt>
      <dd>{tools.length === 0 ? 'None of its own' : tools.join(', ')}</dd>
      {brief !== undefined && (
        <>
          <dt>Its sub-agent is told</dt>
          <dd className="plain">{brief}</dd>
        </>
      )}
      {advice !== undefined && (
        <>
          <dt>It is also told</dt>
          <dd className="plain">{advice}</dd>
        </>
      )}
      {first.length > 0 && (
        <>
          <dt>After</dt>
          <dd>{first.join(', ')}</dd>
        </>
      )}
      {needs.length > 0 && (
        <>
          <dt>Once the shared memory has</dt>
          <dd>{needs.join(', ')}</dd>
        </>
      )}
    </dl>
  );
}

function Attempts({ task, zone }: { task: DailyTask; zone: string }) {
  if (task.attempts.length === 0) return null;
  const count = task.attempts.length;
  return (
    <details>
      <summary>{count === 1 ? '1 try failed' : `${count} tries failed`}</summary>
      <ol className="tries">
        {task.attempts.map(({ number, at, error }) => (
          <li key={number}>
            <time dateTime={at}>{timeOfDay(at, zone)}</time> {error}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Verbs({ run, task, isOpen }: { run: DailyRun; task: DailyTask; isOpen: boolean }) {
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const action = useAction();
  const params = { runId: run.id, taskId: task.id };
  const act = (what: () => Promise<unknown>) =>
    action.run(async () => {
      await what();
      await renew(runQuery(run.id));
    });
  const { title, description, category, tools, dependsOn, needs = [], brief = null, advice = null } = task;
  const shown = { title, description, category, tools, dependsOn, needs, brief, advice };
  const pending = task.status === 'pending' || task.status === 'generated';
  if (editing) return <TaskEditor run={run} task={task} close={() => setEditing(false)} />;
  return (
    <>
      <div className="verbs">
        {isOpen && task.needsYou?.kind === 'category' && (
          <button
            type="button"
            className="primary"
            disabled={action.busy}
            onClick={() =>
              void act(() => daily.call('updateDailyTask', { params, body: { approve: true, shown } }))
            }
          >
            Let it begin
          </button>
        )}
        {(task.needsYou?.kind === 'approval' || task.needsYou?.kind === 'question') && task.assignedTo && (
          <Link className="button primary" href={conversationPath(task.assignedTo)}>
            {task.needsYou.kind === 'approval' ? 'Look and decide' : 'Answer'}
          </Link>
        )}
        {isOpen && pending && !asking && (
          <>
            <button type="button" onClick={() => setEditing(true)}>
              Change
            </button>
            <button type="button" onClick={() => setAsking(true)}>
              Cancel the task
            </button>
          </>
        )}
        {asking && (
          <span className="asking" role="group" aria-label={`Cancel ${task.title}`}>
            It stays on the board as cancelled.
            <button
              type="button"
              className="danger"
              disabled={action.busy}
              onClick={() => void act(() => daily.call('cancelDailyTask', { params }))}
            >
              Cancel it
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              Keep it
            </button>
          </span>
        )}
      </div>
      <Decide run={run} task={task} busy={action.busy} act={act} />
      <Fault text={action.fault} />
    </>
  );
}

export function TaskItem({ run, task, isOpen }: { run: DailyRun; task: DailyTask; isOpen: boolean }) {
  const { tone, word } = statusSaid(task);
  const { progress } = task;
  const running = task.status === 'in_progress';
  return (
    <li className="task" data-status={task.status}>
      <p className="task-head">
        <b>{task.title}</b>
        <span className="status" data-tone={tone}>
          <i />
          {word}
        </span>
      </p>
      <p className="muted facts">
        {task.category}
        {task.durationMs !== null && ` · ${minutesWords(task.durationMs)}`}
        {task.generatedBy === 'user' && ' · added by you'}
        {task.generatedBy === 'carried' && ' · carried over'}
        {task.late && ' · after the deadline'}
        {task.assignedTo && (
          <>
            {' · '}
            {/* At work it is not changed here: the way is to its conversation. */}
            <Link
              href={conversationPath(task.assignedTo)}
              title={
                isOpen && running
                  ? 'A task at work cannot be changed here: write to its sub-agent, or stop it there'
                  : 'What the sub-agent did'
              }
            >
              {isOpen && running ? 'write to the sub-agent' : 'sub-agent'}
            </Link>
          </>
        )}
      </p>
      {running && progress && (
        <p className="progress">
          <progress max={100} value={progress.percent} aria-label={`Progress of ${task.title}`} />
          <span>
            {progress.percent} % · {progress.text}
          </span>
        </p>
      )}
      {task.needsYou && <p className="needs">{task.needsYou.text}</p>}
      {task.needsYou?.kind === 'category' && <WhatBegins run={run} task={task} />}
      {task.status === 'completed' && task.output && <p className="plain">{task.output}</p>}
      {task.status === 'failed' && task.needsYou === null && <p className="danger">{task.errorMessage}</p>}
      {(task.status === 'pending' || task.status === 'generated') && task.reason && !task.needsYou && (
        <p className="muted">{task.reason}</p>
      )}
      <EvidenceList task={task} />
      <Attempts task={task} zone={run.timezone} />
      <Verbs run={run} task={task} isOpen={isOpen} />
    </li>
  );
}
