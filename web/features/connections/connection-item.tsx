/** One connection: how it stands, its tools, and what can be done with it. */
import { useState } from 'react';
import type { Connection } from '#shared/protocol/connection.ts';
import { useUser } from '#web/app/signed-in.ts';
import { amend, renew } from '#web/data/security.ts';
import { catalogQuery, connectionsQuery, rulesQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { Fault } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { toast } from '#web/ui/toast.ts';
import { leftWords, problemWords, stateWords, toolsWords } from './connection-words.ts';
import { NewToken } from './new-token.tsx';
import { RenameConnection } from './rename-connection.tsx';
import { ToolTable } from './tool-table.tsx';

/** How it stands: dot and word, when that was found out, where it is. */
function Standing({ connection }: { connection: Connection }) {
  const { timezone } = useUser();
  const now = useNow();
  const { status, checkedAt, url } = connection;
  const { word, tone } = stateWords[status];
  return (
    <p className="standing">
      <span className="status" data-tone={tone}>
        <i aria-hidden="true" />
        {word}
      </span>
      {checkedAt && (
        <time dateTime={checkedAt} title={fullTime(checkedAt, timezone)}>
          checked {agoWords(checkedAt, timezone, now)}
        </time>
      )}
      <span title={url}>{new URL(url).host}</span>
    </p>
  );
}

function Tools({ connection: { name, tools: rows } }: { connection: Connection }) {
  const changed = rows.filter(({ review }) => review === 'changed').length;
  const fresh = rows.filter(({ review }) => review === 'new').length;
  return (
    <details open={changed > 0}>
      <summary>
        {toolsWords(rows.length)}
        {changed > 0 && <span className="waiting"> · {changed} changed, off until you look</span>}
        {fresh > 0 && <span className="muted"> · {fresh} not reviewed</span>}
      </summary>
      <ToolTable tools={rows} name={name} />
    </details>
  );
}

export function ConnectionItem({ connection }: { connection: Connection }) {
  const { id, name, status, demo, vetted, left, auth } = connection;
  const action = useAction();
  const [open, setOpen] = useState<'remove' | 'rename' | 'token' | null>(null);
  const params = { connectionId: id };
  const put = (fresh: Connection) =>
    amend(connectionsQuery, ({ items }) => ({ items: items.map((each) => (each.id === id ? fresh : each)) }));
  const check = () =>
    void action.run(async () => put((await tools.call('checkConnection', { params })).connection));
  const remove = async () => {
    if (!(await action.run(() => tools.call('removeConnection', { params })))) return;
    amend(connectionsQuery, ({ items }) => ({ items: items.filter((each) => each.id !== id) }));
    toast({ text: `${name} is disconnected.` });
    await Promise.all([renew(catalogQuery), renew(rulesQuery)]);
  };
  const problem = problemWords(connection);
  const lost = status === 'needs_reconnect';
  const without = leftWords(left);
  return (
    <li className="connection">
      <div>
        <b>{name}</b>
        {demo && <span className="tag">Demo, made up</span>}
        {!vetted && <span className="tag">Added by you</span>}
        <Standing connection={connection} />
        {problem && <p className="waiting">{problem}</p>}
        {without && <p className="muted">{without}</p>}
        {open !== 'remove' && <Fault text={action.fault} />}
      </div>
      <div className="verbs">
        {(auth === 'bearer' || lost) && (
          <button type="button" className={lost ? 'primary' : undefined} onClick={() => setOpen('token')}>
            New token
          </button>
        )}
        <button type="button" disabled={action.busy} aria-label={`Check again: ${name}`} onClick={check}>
          {action.busy ? 'Checking' : 'Check again'}
        </button>
        <button type="button" aria-label={`Rename ${name}`} onClick={() => setOpen('rename')}>
          Rename
        </button>
        <button type="button" aria-label={`Disconnect ${name}`} onClick={() => setOpen('remove')}>
          Disconnect
        </button>
      </div>
      {connection.tools.length > 0 && <Tools connection={connection} />}
      {open === 'token' && <NewToken connection={connection} onDone={put} onClose={() => setOpen(null)} />}
      {open === 'rename' && (
        <RenameConnection connection={connection} onDone={put} onClose={() => setOpen(null)} />
      )}
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
            {auth === 'bearer' ? 'Its token is forgotten, its' : 'Its'} standing rules end, and no
            conversation can use its tools any more. What was done with it stays in “What Claude did”.
          </p>
        </AskDialog>
      )}
    </li>
  );
}
