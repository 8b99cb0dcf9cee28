/** Gives a connection another token: the old one is forgotten. */
import { type FormEvent, useId, useState } from 'react';
import type { Connection } from '#shared/protocol/connection.ts';
import { confirmedTools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { whyNot } from './connection-words.ts';

interface Props {
  connection: Connection;
  onDone: (connection: Connection) => void;
  onClose: () => void;
}

export function NewToken({ connection, onDone, onClose }: Props) {
  const [token, setToken] = useState('');
  const action = useAction(whyNot);
  const field = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      const changed = await confirmedTools.call('updateConnection', {
        params: { connectionId: connection.id },
        body: { token: token.trim() },
      });
      onDone(changed.connection);
      onClose();
    });
  };
  return (
    <Dialog title={`New token for ${connection.name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <label htmlFor={field}>Token</label>
        <input
          id={field}
          type="password"
          value={token}
          autoFocus
          autoComplete="off"
          onChange={(event) => setToken(event.target.value)}
        />
        <p className="muted">
          The server is asked with it at once. If it takes it, the token before is forgotten; neither is ever
          shown.
        </p>
        {action.fault && (
          <p className="danger" role="alert">
            {action.fault}
          </p>
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy || !token.trim()}>
            {action.busy ? 'Trying it' : 'Use this token'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
