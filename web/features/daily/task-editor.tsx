/** Adding a task in plain words, and changing one that nobody has begun. */
import { type FormEvent, useId, useRef, useState } from 'react';
import type { DailyRun, DailyTask } from '#shared/protocol/daily.ts';
import { daily, runQuery } from '#web/data/daily.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { uuidv7 } from '#web/ui/uuid.ts';

export function AddTask({ run }: { run: DailyRun }) {
  const [text, setText] = useState('');
  const action = useAction();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const words = text.trim();
    if (words === '') return;
    const done = await action.run(() =>
      daily.call('addDailyTask', { params: { runId: run.id }, body: { id: uuidv7(), text: words } }),
    );
    if (!done) return;
    setText('');
    field.current?.focus();
    await renew(runQuery(run.id));
  };
  return (
    <form className="add-task" onSubmit={(event) => void add(event)}>
      <label htmlFor={id}>Add a task</label>
      <div>
        <input
          id={id}
          ref={field}
          value={text}
          placeholder="In your own words"
          maxLength={4_000}
          onChange={({ target }) => setText(target.value)}
        />
        <button type="submit" disabled={action.busy || text.trim() === ''}>
          Add
        </button>
      </div>
      <Fault text={action.fault} />
    </form>
  );
}

export function TaskEditor({ run, task, close }: { run: DailyRun; task: DailyTask; close: () => void }) {
  const [title, setTitle] = useState(task.title);
  const [description, setDescription] = useState(task.description);
  const action = useAction();
  const ids = { title: useId(), description: useId() };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const body = { title: title.trim(), description: description.trim() };
    const done = await action.run(() =>
      daily.call('updateDailyTask', { params: { runId: run.id, taskId: task.id }, body }),
    );
    if (!done) return;
    await renew(runQuery(run.id));
    close();
  };
  return (
    <form className="edit-task" onSubmit={(event) => void save(event)}>
      <label htmlFor={ids.title}>Title</label>
      <input
        id={ids.title}
        autoFocus
        value={title}
        maxLength={200}
        onChange={({ target }) => setTitle(target.value)}
      />
      <label htmlFor={ids.description}>What is to be done</label>
      <textarea
        id={ids.description}
        rows={3}
        value={description}
        maxLength={4_000}
        onChange={({ target }) => setDescription(target.value)}
      />
      <Fault text={action.fault} />
      <div className="verbs">
        <button
          type="submit"
          className="primary"
          disabled={action.busy || title.trim() === '' || description.trim() === ''}
        >
          Save
        </button>
        <button type="button" onClick={close}>
          Leave it
        </button>
      </div>
    </form>
  );
}
