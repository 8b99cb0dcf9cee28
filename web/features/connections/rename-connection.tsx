/** Gives a connection another name: people see it, the names of its tools stay. */
import { type FormEvent, useId, useState } from 'react';
import type { Connection } from '#shared/protocol/connection.ts';
import { confirmedTools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Dialog } from '#web/ui/dialog.tsx';

interface Props {
  connection: Connection;
  onDone: (connection: Connection) => void;
  onClose: () => void;
}

/** The longest name that the server takes. */
const LONGEST = 60;

export function RenameConnection({ connection, onDone, onClose }: Props) {
  const [name, setName] = useState(connection.name);
  const action = useAction();
  const field = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim();
    if (next === connection.name) return onClose();
    void action.run(async () => {
      const params = { connectionId: connection.id };
      onDone((await confirmedTools.call('updateConnection', { params, body: { name: next } })).connection);
      onClose();
    });
  };
  return (
    <Dialog title={`Rename ${connection.name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <label htmlFor={field}>Name</label>
        <input
          id={field}
          value={name}
          maxLength={LONGEST}
          autoFocus
          autoComplete="off"
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.target.value)}
        />
        <Fault text={action.fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy || !name.trim()}>
            {action.busy ? 'One moment' : 'Rename'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
