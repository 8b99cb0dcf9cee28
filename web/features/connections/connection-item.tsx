/** One connection: how it stands, its tools, and what can be done with it. */
import { useState } from 'react';
import type { Connection } from '#shared/protocol/connection.ts';
import { useUser } from '#web/app/signed-in.ts';
import { amend, renew } from '#web/data/security.ts';
import { catalogQuery, connectionsQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { Fault } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { useNow } from '#web/ui/use-now.ts';
import { toast } from '#web/ui/toast.ts';
import { NewToken } from './new-token.tsx';
import { ToolTable } from './tool-table.tsx';

const stateWords: Readonly<Record<Connection['status'], string>> = {
  connected: 'Connected',
  checking: 'Checking',
  needs_reconnect: 'Needs a new token',
  unreachable: 'Cannot be reached',
};

export function ConnectionItem({ connection }: { connection: Connection }) {
  const { id, name, url, status, demo, vetted, checkedAt, left, auth } = connection;
  const { timezone } = useUser();
  const now = useNow();
  const action = useAction();
  const [open, setOpen] = useState<'remove' | 'token' | null>(null);
  const changed = connection.tools.filter(({ review }) => review === 'changed').length;
  const put = (fresh: Connection) =>
    amend(connectionsQuery, ({ items }) => ({ items: items.map((each) => (each.id === id ? fresh : each)) }));
  const check = () =>
    void action.run(async () => {
      put((await tools.call('checkConnection', { params: { connectionId: id } })).connection);
    });
  const remove = async () => {
    const done = await action.run(() => tools.call('removeConnection', { params: { connectionId: id } }));
    if (!done) return;
    amend(connectionsQuery, ({ items }) => ({ items: items.filter((each) => each.id !== id) }));
    toast({ text: `${name} is disconnected.` });
    await renew(catalogQuery);
  };
  return (
    <li className="connection">
      <div>
        <b>{name}</b>
        {demo && <span className="tag">Demo, made up</span>}
        {!vetted && <span className="tag">Added by you</span>}
        <p className={status === 'connected' ? 'muted' : 'waiting'}>
          {stateWords[status]}
          {checkedAt && ` · asked ${agoWords(checkedAt, timezone, now)}`} · {new URL(url).host}
        </p>
        {left.length > 0 && (
          <p className="muted">
            {left.reduce((sum, { count }) => sum + count, 0)} of its tools cannot be used here.
          </p>
        )}
        <Fault text={action.fault} />
        <details open={changed > 0}>
          <summary>
            {connection.tools.length} tools
            {changed > 0 && <span className="waiting"> · {changed} changed and are off until you look</span>}
          </summary>
          <ToolTable tools={connection.tools} trusted={vetted} />
        </details>
      </div>
      <div className="verbs">
        <button type="button" disabled={action.busy} onClick={check}>
          Check
        </button>
        {auth === 'bearer' && (
          <button type="button" onClick={() => setOpen('token')}>
            New token
          </button>
        )}
        <button type="button" onClick={() => setOpen('remove')}>
          Disconnect
        </button>
      </div>
      {open === 'token' && <NewToken connection={connection} onDone={put} onClose={() => setOpen(null)} />}
      {open === 'remove' && (
        <AskDialog
          title={`Disconnect ${name}`}
          keep="Keep it"
          verb="Disconnect"
          action={action}
          onVerb={() => void remove()}
          onClose={() => setOpen(null)}
        >
          <p>
            Its token is forgotten, its standing rules end, and no conversation can use its tools any more.
          </p>
        </AskDialog>
      )}
    </li>
  );
}
