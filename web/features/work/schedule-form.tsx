/** The editor of a schedule: what, when with a live preview, and what happens when something is in the way. */
import { type FormEvent, useId, useState } from 'react';
import type { Schedule } from '#shared/protocol/schedule.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useActs } from '#web/data/acts.ts';
import { renew } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { schedulesQuery, work } from '#web/data/work.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { Preview } from './preview.tsx';
import { RehearsalHere, useRehearsal } from './rehearsal-here.tsx';
import { Rehearse } from './rehearse.tsx';
import { changesOf, draftOf, faultOf, requestOf, type ScheduleDraft } from './schedule-draft.ts';
import { WhenFields } from './when-fields.tsx';

function Choice<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: Value;
  options: ReadonlyArray<readonly [Value, string]>;
  onChoose: (value: Value) => void;
}) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => {
          const chosen = options.find(([each]) => each === target.value);
          if (chosen) onChoose(chosen[0]);
        }}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
}

/** What happens when something is in the way. */
export function Details({
  draft,
  change,
}: {
  draft: ScheduleDraft;
  change: (c: Partial<ScheduleDraft>) => void;
}) {
  const ids = { count: useId(), until: useId() };
  return (
    <details>
      <summary>What if something is in the way, and when it ends</summary>
      <Choice
        label="If the app was down at that time"
        value={draft.missed}
        options={[
          ['run_late', 'One run later, if not too late'],
          ['skip', 'Skip it'],
        ]}
        onChoose={(missed) => change({ missed })}
      />
      <Choice
        label="If its own run before still goes on"
        value={draft.overlap}
        options={[
          ['queue_one', 'Wait, and run after it'],
          ['skip', 'Skip it'],
        ]}
        onChoose={(overlap) => change({ overlap })}
      />
      <p className="muted">It always waits for anything else that Claude does here.</p>
      <Choice
        label="While a question waits for you"
        value={draft.whileWaiting}
        options={[
          ['hold', 'Wait for your answer'],
          ['run', 'Run all the same'],
        ]}
        onChoose={(whileWaiting) => change({ whileWaiting })}
      />
      <label htmlFor={ids.count}>End after so many runs</label>
      <input
        id={ids.count}
        type="number"
        min={1}
        placeholder="Never"
        value={draft.count}
        onChange={({ target }) => change({ count: target.value })}
      />
      <label htmlFor={ids.until}>End at</label>
      <input
        id={ids.until}
        type="datetime-local"
        value={draft.until}
        onChange={({ target }) => change({ until: target.value })}
      />
    </details>
  );
}

interface Props {
  conversationId: string;
  /** Null makes a new one. */
  schedule: Schedule | null;
  onClose: () => void;
}

export function ScheduleForm({ conversationId, schedule, onClose }: Props) {
  const { timezone } = useUser();
  const now = useNow();
  // What it opened with: only what differs from it is sent, also when the schedule changes meanwhile.
  const [opened] = useState(() => draftOf(schedule, timezone, now));
  const [draft, setDraft] = useState(opened);
  const [faulty, setFaulty] = useState(false);
  const action = useAction(faultOf);
  const acts = useActs();
  const rehearsal = useRehearsal(conversationId);
  const ids = { name: useId(), instruction: useId() };
  const change = (part: Partial<ScheduleDraft>) => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      if (schedule === null) {
        const body = requestOf(draft, timezone);
        await acts(JSON.stringify(body), (key) =>
          work.call('createSchedule', { params: { conversationId }, body, key }),
        );
      } else {
        const body = changesOf(opened, draft, timezone);
        const params = { conversationId, scheduleId: schedule.id };
        if (Object.keys(body).length > 0)
          await acts(JSON.stringify(body), (key) => work.call('updateSchedule', { params, body, key }));
      }
      await renew(schedulesQuery(conversationId));
      onClose();
    });
  };
  return (
    <Dialog
      title={schedule === null ? 'New schedule' : 'Change the schedule'}
      className="wide work-dialog"
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <label htmlFor={ids.instruction}>What Claude does each time</label>
        <textarea
          id={ids.instruction}
          rows={3}
          required
          maxLength={4_000}
          autoFocus
          placeholder="Look for new flight receipts. If there is one, show me the mail you would send."
          value={draft.instruction}
          onChange={({ target }) => change({ instruction: target.value })}
        />
        {draft.kind === 'immediate' ? (
          <p className="muted">It ran once, at once, when it was made: there is no time to change.</p>
        ) : (
          <>
            <WhenFields draft={draft} faulty={faulty} change={change} />
            <Preview
              draft={draft}
              zone={timezone}
              conversationId={conversationId}
              scheduleId={schedule?.id}
              rehearsedAt={rehearsal.trace?.run.endedAt}
              onFault={setFaulty}
            />
          </>
        )}
        <label htmlFor={ids.name}>Name</label>
        <input
          id={ids.name}
          maxLength={100}
          autoComplete="off"
          placeholder="A few words for lists"
          value={draft.name}
          onChange={({ target }) => change({ name: target.value })}
        />
        <Details draft={draft} change={change} />
        <Rehearse
          conversationId={conversationId}
          name={draft.name.trim() || null}
          instruction={draft.instruction.trim()}
          onBegun={rehearsal.begun}
        />
        <RehearsalHere conversationId={conversationId} of={rehearsal} />
        <Fault text={action.fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={action.busy || !draft.instruction.trim()}>
            {action.busy ? 'One moment' : schedule === null ? 'Start' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
