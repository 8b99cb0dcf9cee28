/** Connects a server: a vetted one with its token, or any by its address. */
import { type FormEvent, useId, useState } from 'react';
import type { CatalogEntry } from '#shared/protocol/connection.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { amend, renew } from '#web/data/security.ts';
import { catalogQuery, confirmedTools, connectionsQuery } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { toast } from '#web/ui/toast.ts';

const whys: Readonly<Record<string, string>> = {
  address_refused: 'This address may not be called. It has to be https, on the public internet.',
  unreachable: 'There is no answer at this address.',
  timeout: 'The server did not answer in time.',
  unauthorized: 'The server wants a token, or does not take this one.',
  bad_answer: 'There is no MCP server at this address.',
  unavailable: 'The server is overloaded or broken right now. Try again later.',
};

/** Why a server could not be connected, where it was told. */
export const whyNot = (error: unknown): string | null =>
  error instanceof ProblemError && error.code === 'connection_failed' ? (whys[error.message] ?? null) : null;

export function AddConnection({ entry, onClose }: { entry: CatalogEntry | null; onClose: () => void }) {
  const [url, setUrl] = useState('');
  const [name, setName] = useState(entry?.name ?? '');
  const [token, setToken] = useState('');
  const action = useAction(whyNot);
  const ids = { url: useId(), name: useId(), token: useId() };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      const { connection } = await confirmedTools.call('createConnection', {
        body: {
          ...(entry === null ? { url: url.trim() } : { slug: entry.slug }),
          ...(name.trim() ? { name: name.trim() } : {}),
          auth: token.trim() ? { type: 'bearer', token: token.trim() } : { type: 'none' },
        },
      });
      amend(connectionsQuery, (known) => ({ items: [...known.items, connection] }));
      toast({ text: `${connection.name} is connected, with ${connection.tools.length} tools.` });
      onClose();
      await renew(catalogQuery);
    });
  };
  const needsToken = entry?.auth === 'bearer';
  return (
    <Dialog title={entry === null ? 'Add a server' : `Connect ${entry.name}`} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        {entry === null && (
          <>
            <label htmlFor={ids.url}>Address</label>
            <input
              id={ids.url}
              type="url"
              value={url}
              autoFocus
              autoComplete="off"
              placeholder="https://example.com/mcp"
              onChange={(event) => setUrl(event.target.value)}
            />
            <label htmlFor={ids.name}>Name</label>
            <input
              id={ids.name}
              value={name}
              maxLength={60}
              autoComplete="off"
              placeholder="How you call it"
              onChange={(event) => setName(event.target.value)}
            />
          </>
        )}
        {(entry === null || needsToken) && (
          <>
            <label htmlFor={ids.token}>Token{needsToken ? '' : ' (if it needs one)'}</label>
            <input
              id={ids.token}
              type="password"
              value={token}
              autoComplete="off"
              onChange={(event) => setToken(event.target.value)}
            />
            <p className="muted">It is sealed when it is stored, and never shown again.</p>
          </>
        )}
        {action.fault && (
          <p className="danger" role="alert">
            {action.fault}
          </p>
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="primary"
            disabled={action.busy || (entry === null && !url.trim()) || (needsToken && !token.trim())}
          >
            {action.busy ? 'Asking for its tools' : 'Connect'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
