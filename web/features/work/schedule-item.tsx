/** One schedule: what it does, when it comes next, how it stands, and what can be done with it. */
import { useState } from 'react';
import { removedKeptDays, type Schedule } from '#shared/protocol/schedule.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useActs } from '#web/data/acts.ts';
import { amend, renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { runsOf, schedulesQuery, work } from '#web/data/work.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { Fault } from '#web/features/settings/section.tsx';
import { fullTime, ruleLine } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { Receipts } from './receipts.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { scheduleSaid, whenWords } from './work-words.ts';

export function ScheduleItem({ schedule }: { schedule: Schedule }) {
  const { id, conversationId, name, words, instruction, status, nextAt, lastRunAt, runs, count } = schedule;
  const { timezone } = useUser();
  const now = useNow();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const [receipts, showReceipts] = useState(false);
  const action = useAction();
  const acts = useActs();
  const query = schedulesQuery(conversationId);
  const params = { conversationId, scheduleId: id };
  const zone = schedule.timezone ?? timezone;
  const { tone, word } = scheduleSaid(schedule, timezone, now);
  const pause = (paused: boolean) =>
    void action.run(async () => {
      const changed = await work.call('updateSchedule', { params, body: { paused } });
      amend(query, ({ items, ...known }) => ({
        ...known,
        items: items.map((each) => (each.id === id ? changed.schedule : each)),
      }));
    });
  const runNow = () =>
    void action.run(async () => {
      await acts('run', (key) => work.call('runSchedule', { params, key }));
      await Promise.all([renew(query), renew(runsOf(conversationId).query)]);
    });
  const remove = () =>
    void action.run(async () => {
      await acts('remove', (key) => work.call('removeSchedule', { params, key }));
      setOpen(null);
      amend(query, ({ items }) => ({ items: items.filter((each) => each.id !== id), removed: true }));
    });
  const ranWords =
    lastRunAt === null
      ? 'Not run yet'
      : `Last run ${whenWords(lastRunAt, timezone, now)}${runs === 0 ? '' : `, ${runs}${count === null ? '' : ` of ${count}`} due ${runs === 1 ? 'time' : 'times'} so far`}`;
  return (
    <li>
      <div>
        <p className="named">
          <b>{name}</b>{' '}
          <span
            className="status"
            data-tone={tone}
            title={nextAt === null ? undefined : fullTime(nextAt, zone)}
          >
            <i aria-hidden="true" />
            {word}
          </span>
        </p>
        <p>
          {ruleLine(words)}
          {schedule.timezone !== null && <span className="muted"> ({zone.replaceAll('_', ' ')})</span>}
        </p>
        <p className="muted plain">{instruction}</p>
        <p className="muted">{ranWords}</p>
      </div>
      <div className="verbs">
        {status !== 'ended' && (
          <>
            <button type="button" disabled={action.busy} onClick={runNow}>
              Run now
            </button>
            <button type="button" disabled={action.busy} onClick={() => pause(status === 'live')}>
              {status === 'live' ? 'Pause' : 'Resume'}
            </button>
          </>
        )}
        <button type="button" onClick={() => setOpen('edit')}>
          Change
        </button>
        <button type="button" onClick={() => setOpen('delete')}>
          Delete…
        </button>
      </div>
      <Fault text={open === null ? action.fault : null} />
      <details onToggle={(event) => showReceipts(event.currentTarget.open)}>
        <summary>Why did or didn’t it run?</summary>
        {receipts && <Receipts conversationId={conversationId} scheduleId={id} />}
      </details>
      {open === 'edit' && (
        <ScheduleForm conversationId={conversationId} schedule={schedule} onClose={() => setOpen(null)} />
      )}
      {open === 'delete' && (
        <AskDialog
          title={`Delete “${name}”?`}
          keep="Keep it"
          verb="Delete this schedule"
          action={action}
          onVerb={remove}
          onClose={() => setOpen(null)}
        >
          <p>
            It never runs again. Its past runs stay in the conversation; a run under way goes on. Why it did
            or didn’t run is kept for {removedKeptDays} days, in the calendar and under “Removed schedules”
            here.
          </p>
        </AskDialog>
      )}
    </li>
  );
}
