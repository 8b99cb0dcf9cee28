/** Connects a server: a vetted one with its token, or any by its address. */
import { type FormEvent, useId, useState } from 'react';
import type { CatalogEntry } from '#shared/protocol/connection.ts';
import { amend, renew } from '#web/data/security.ts';
import { catalogQuery, confirmedTools, connectionsQuery } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { toast } from '#web/ui/toast.ts';
import { addressFault, toolsWords, whyNot } from './connection-words.ts';
import '#web/ui/fields.css';

const ways = [
  { value: 'none', label: 'Nothing: it is open to everybody' },
  { value: 'bearer', label: 'A token, which I have' },
] as const;

export function AddConnection({ entry, onClose }: { entry: CatalogEntry | null; onClose: () => void }) {
  const [url, setUrl] = useState('');
  const [name, setName] = useState(entry?.name ?? '');
  const [token, setToken] = useState('');
  const action = useAction(whyNot);
  const ids = { url: useId(), name: useId(), token: useId(), auth: useId() };
  const [auth, setAuth] = useState<'none' | 'bearer'>(entry?.auth ?? 'none');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault = entry === null ? addressFault(url.trim()) : null;
    action.setFault(fault);
    if (fault === null) void connect();
  };
  const connect = () =>
    action.run(async () => {
      const { connection } = await confirmedTools.call('createConnection', {
        body: {
          ...(entry === null ? { url: url.trim() } : { slug: entry.slug }),
          ...(name.trim() ? { name: name.trim() } : {}),
          auth: auth === 'bearer' ? { type: 'bearer', token: token.trim() } : { type: 'none' },
        },
      });
      amend(connectionsQuery, (known) => ({ items: [...known.items, connection] }));
      toast({
        text: `${connection.name} is connected: ${toolsWords(connection.tools.length).toLowerCase()}.`,
      });
      onClose();
      await renew(catalogQuery);
    });
  const needsToken = auth === 'bearer';
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
        {entry === null && (
          <fieldset className="ways">
            <legend>It wants</legend>
            {ways.map(({ value, label }) => (
              <label key={value} className="check">
                <input
                  type="radio"
                  name={ids.auth}
                  checked={auth === value}
                  onChange={() => setAuth(value)}
                />
                {label}
              </label>
            ))}
          </fieldset>
        )}
        {needsToken && (
          <>
            <label htmlFor={ids.token}>Token</label>
            <input
              id={ids.token}
              type="password"
              value={token}
              autoFocus={entry !== null}
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
