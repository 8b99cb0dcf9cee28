/** The devices one is signed in on, and ending that for one or for all others. */
import { useState } from 'react';
import type { DeviceSession } from '#shared/protocol/security.ts';
import { account } from '#web/data/account.ts';
import { amend, renew, sessionsQuery, useFresh } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { openOverlay } from '#web/app/overlay.tsx';
import { useUser } from '#web/app/signed-in.ts';
import { DeviceIcon } from '#web/ui/account-icons.tsx';
import { fullTime } from '#web/ui/time.ts';
import { toast } from '#web/ui/toast.ts';
import { useNow } from '#web/ui/use-now.ts';
import { AskDialog } from './ask-dialog.tsx';
import { Fault, Loading, Section } from './section.tsx';
import { agoWords } from './when.ts';

function Device({ session }: { session: DeviceSession }) {
  const user = useUser();
  const now = useNow();
  const { busy, fault, run } = useAction();
  const { id, current, device, place, lastUsedAt, createdAt } = session;
  const end = () =>
    void run(async () => {
      await account.call('endSession', { params: { sessionId: id } });
      amend(sessionsQuery, (known) => ({ ...known, items: known.items.filter((one) => one.id !== id) }));
      toast({ text: `${device} was signed out.` });
    });
  return (
    <li>
      <DeviceIcon />
      <div>
        <b>{device}</b>
        {current && (
          <span className="tag" data-tone="ok">
            This device
          </span>
        )}
        <p className="muted">
          {place && `${place} · `}
          <span title={fullTime(lastUsedAt, user.timezone)}>
            {current ? 'in use now' : `used ${agoWords(lastUsedAt, user.timezone, now)}`}
          </span>
        </p>
        <p className="muted" title={fullTime(createdAt, user.timezone)}>
          Signed in {agoWords(createdAt, user.timezone, now)}
        </p>
        <Fault text={fault} />
      </div>
      <div className="verbs">
        <button
          type="button"
          disabled={busy}
          aria-label={current ? 'Sign out here' : `Sign out ${device}`}
          onClick={current ? () => openOverlay({ name: 'sign-out' }) : end}
        >
          Sign out
        </button>
      </div>
    </li>
  );
}

function EndOthers({ count, onClose }: { count: number; onClose: () => void }) {
  const action = useAction();
  const endAll = async () => {
    const done = await action.run(async () => {
      const { ended } = await account.call('endOtherSessions');
      toast({ text: `${ended} other ${ended === 1 ? 'device was' : 'devices were'} signed out.` });
    });
    if (!done) return;
    amend(sessionsQuery, (known) => ({ ...known, items: known.items.filter(({ current }) => current) }));
    onClose();
    await renew(sessionsQuery);
  };
  return (
    <AskDialog
      title="Sign out all other devices"
      keep="Leave them"
      verb={count === 1 ? 'Sign out one device' : `Sign out ${count} devices`}
      action={action}
      onVerb={() => void endAll()}
      onClose={onClose}
    >
      <p>
        They will have to sign in again. What was not sent there stays in their drafts. API keys go on
        working.
      </p>
    </AskDialog>
  );
}

export function DevicesSection() {
  const { data, error, refetch } = useFresh(sessionsQuery);
  const [asking, setAsking] = useState(false);
  const sessions = data?.items.toSorted((a, b) => Number(b.current) - Number(a.current)) ?? [];
  const others = sessions.filter(({ current }) => !current).length;
  return (
    <Section
      title="Devices"
      lead="Where you are signed in. Sign out what you do not know, and change your password."
    >
      {data ? (
        <ul className="items">
          {sessions.map((session) => (
            <Device key={session.id} session={session} />
          ))}
        </ul>
      ) : (
        <Loading error={error} refetch={refetch} label="devices" />
      )}
      {others > 0 && (
        <button type="button" onClick={() => setAsking(true)}>
          Sign out all other devices
        </button>
      )}
      {asking && <EndOthers count={others} onClose={() => setAsking(false)} />}
    </Section>
  );
}
