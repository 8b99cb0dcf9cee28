/** The schedules that are gone: still why each of them did or did not run, for as long as that is kept. */
import { useState } from 'react';
import { removedKeptDays, type RemovedSchedule } from '#shared/protocol/schedule.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useLivePaged } from '#web/data/use-paged.ts';
import { removedSchedulesOf } from '#web/data/work.ts';
import { More } from '#web/features/settings/more.tsx';
import { Loading } from '#web/features/settings/section.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { Receipts } from './receipts.tsx';
import { removedWords } from './work-words.ts';

interface Of {
  conversationId: string;
  /** The version of the conversation: with another one there may be others. */
  rev: number | undefined;
}

function Removed({ conversationId, schedule }: { conversationId: string; schedule: RemovedSchedule }) {
  const { id, name, at } = schedule;
  const { timezone } = useUser();
  const now = useNow();
  const [receipts, showReceipts] = useState(false);
  return (
    <li>
      <p>
        <b>{name}</b>{' '}
        <span className="muted" title={fullTime(at, timezone)}>
          {removedWords(schedule, timezone, now)}
        </span>
      </p>
      <details onToggle={(event) => showReceipts(event.currentTarget.open)}>
        <summary>Why did or didn’t it run?</summary>
        {receipts && <Receipts conversationId={conversationId} scheduleId={id} />}
      </details>
    </li>
  );
}

function List({ conversationId, rev }: Of) {
  const { timezone } = useUser();
  const { data, error, refetch, more, showMore } = useLivePaged(
    removedSchedulesOf(conversationId),
    rev,
    ({ id }) => id,
  );
  if (!data) return <Loading error={error} refetch={refetch} label="removed schedules" />;
  return (
    <>
      {data.items.length > 0 && (
        <ul className="items">
          {data.items.map((schedule) => (
            <Removed key={schedule.id} conversationId={conversationId} schedule={schedule} />
          ))}
        </ul>
      )}
      <More action={more} onMore={showMore} />
      {data.keptFrom !== undefined && showMore === null && (
        <p className="muted">
          {data.items.length === 0 && 'None is left. '}
          Kept for {removedKeptDays} days: what was removed before {fullTime(data.keptFrom, timezone)} is not
          shown. What was said in its runs stays.
        </p>
      )}
    </>
  );
}

/** Closed at first, and asked for when it is opened. */
export function RemovedSchedules(of: Of) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="removed"
      onToggle={(event) => {
        // Those of the list within it are none of its own.
        if (event.target === event.currentTarget) setOpen(event.currentTarget.open);
      }}
    >
      <summary>Removed schedules</summary>
      {open && <List {...of} />}
    </details>
  );
}
