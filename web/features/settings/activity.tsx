/** Settings, activity: what happened to the account, newest first. Having looked at it, its alerts are seen. */
import { useEffect, useRef } from 'react';
import type { AuditEntry } from '#shared/protocol/security.ts';
import { account } from '#web/data/account.ts';
import { meQuery } from '#web/data/conversations.ts';
import { amend, auditQuery, useFresh } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { useUser } from '#web/app/signed-in.ts';
import { AlertIcon } from '#web/ui/account-icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { dayWords, fullTime, timeOfDay } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { auditWords } from './audit-words.ts';
import { More } from './more.tsx';
import { Loading } from './section.tsx';

function Entry({ entry, zone }: { entry: AuditEntry; zone: string }) {
  const where = [entry.device, entry.place].filter(Boolean).join(', ');
  return (
    <li data-alert={entry.alert ? (entry.seen ? 'seen' : 'new') : undefined}>
      <time dateTime={entry.at} title={fullTime(entry.at, zone)}>
        {timeOfDay(entry.at, zone)}
      </time>
      <div>
        <p>
          {entry.alert && <AlertIcon />}
          {auditWords(entry)}
          {entry.alert && !entry.seen && <span className="tag">New</span>}
        </p>
        {where && <p className="muted">{where}</p>}
      </div>
    </li>
  );
}

/** Lines under their day, as the reader's own calendar has it. */
function byDay(entries: readonly AuditEntry[], zone: string, now: number) {
  const days = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    const day = dayWords(entry.at, zone, now);
    const known = days.get(day);
    if (known) known.push(entry);
    else days.set(day, [entry]);
  }
  return [...days];
}

export function ActivitySection() {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch } = useFresh(auditQuery);
  const more = useAction();
  const told = useRef(false);
  const unseen = data?.items.some(({ alert, seen }) => alert && !seen) ?? false;

  useEffect(() => {
    if (!unseen || told.current) return;
    told.current = true;
    const mark = async () => {
      await account.call('markAuditSeen');
      // The lines stay marked as new for as long as one looks at them; the notice elsewhere goes.
      amend(meQuery, (me) => ({ ...me, alerts: 0 }));
    };
    mark().catch(() => {
      told.current = false;
    });
  }, [unseen]);

  if (!data) return <Loading error={error} refetch={refetch} label="activity" />;
  const cursor = data.nextCursor;
  const showMore = () =>
    void more.run(async () => {
      if (cursor === null) return;
      const page = await account.call('listAudit', { query: { limit: 30, cursor } });
      amend(auditQuery, (known) => ({
        items: [...known.items, ...page.items],
        nextCursor: page.nextCursor,
      }));
    });
  return (
    <>
      <p className="muted intro">
        Everything that touched the safety of your account, for a year. Times are in{' '}
        {timezone.replaceAll('_', ' ')}.
      </p>
      {unseen && (
        <div className="note" data-tone="danger" role="status">
          <p>
            <b>Was all of this you?</b> If not, <Link href="/settings/security">change your password</Link>{' '}
            and sign out the other devices.
          </p>
        </div>
      )}
      {byDay(data.items, timezone, now).map(([day, entries]) => (
        <section key={day} aria-label={day} className="of-day">
          <h2>{day}</h2>
          <ul className="history">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} zone={timezone} />
            ))}
          </ul>
        </section>
      ))}
      {data.items.length === 0 && <p className="muted">Nothing has happened yet.</p>}
      <More action={more} onMore={cursor !== null ? showMore : null} />
    </>
  );
}
