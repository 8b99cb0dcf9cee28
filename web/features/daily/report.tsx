/** The report of a day: the text as it went out, what ended afterwards, thumbs, and what is carried over. */
import { useState } from 'react';
import type { DailyRun, DailyTask } from '#shared/protocol/daily.ts';
import { daily, runQuery } from '#web/data/daily.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { CopyTextButton } from '#web/ui/copy-text-button.tsx';
import { announce } from '#web/ui/announcer.tsx';

function Judge({ run, task }: { run: DailyRun; task: DailyTask }) {
  const [carried, setCarried] = useState(false);
  const action = useAction();
  const params = { runId: run.id, taskId: task.id };
  const thumb = (value: 'up' | 'down') =>
    action.run(async () => {
      const body = { thumb: task.thumb === value ? null : value };
      await daily.call('updateDailyTask', { params, body });
      await renew(runQuery(run.id));
    });
  const carry = async () => {
    const done = await action.run(() => daily.call('carryDailyTask', { params }));
    if (!done) return;
    setCarried(true);
    announce(`${task.title} is carried over.`);
  };
  const unfinished = task.status !== 'completed' && task.status !== 'cancelled';
  return (
    <li>
      <span>{task.title}</span>
      <span className="verbs">
        {unfinished && (
          <button type="button" disabled={action.busy || carried} onClick={() => void carry()}>
            {carried ? 'Carried over' : 'Carry over'}
          </button>
        )}
        {(['up', 'down'] as const).map((value) => (
          <button
            key={value}
            type="button"
            className="quiet thumb"
            aria-pressed={task.thumb === value}
            aria-label={value === 'up' ? `More like ${task.title}` : `Less like ${task.title}`}
            title={value === 'up' ? 'More like this' : 'Less like this'}
            disabled={action.busy}
            onClick={() => void thumb(value)}
          >
            {value === 'up' ? '👍' : '👎'}
          </button>
        ))}
      </span>
      <Fault text={action.fault} />
    </li>
  );
}

export function Report({ run }: { run: DailyRun }) {
  const { report } = run;
  if (report === null) return null;
  const tasks = run.tasks.filter(({ status }) => status !== 'cancelled');
  return (
    <section aria-labelledby="report">
      <header>
        <h2 id="report">Report</h2>
        <CopyTextButton text={[report.text, ...report.after].join('\n')} label="Copy" />
      </header>
      <pre className="report">{report.text}</pre>
      {report.after.map((line) => (
        <p key={line} className="after">
          {line}
        </p>
      ))}
      {tasks.length > 0 && (
        <>
          <h3>What should the next days learn from this?</h3>
          <ul className="judge">
            {tasks.map((task) => (
              <Judge key={task.id} run={run} task={task} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
