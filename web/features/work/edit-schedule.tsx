/** The editor of a schedule that Claude proposes, on its card: the same fields and the same preview as everywhere. */
import { type FormEvent, useId, useState } from 'react';
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import { useUser } from '#web/app/signed-in.ts';
import { useAction } from '#web/data/use-action.ts';
import { work } from '#web/data/work.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { Preview } from './preview.tsx';
import { draftOfInput, inputOfDraft, isTimed } from './proposed-schedule.ts';
import { faultOf, type ScheduleDraft } from './schedule-draft.ts';
import { Details } from './schedule-form.tsx';
import { WhenFields } from './when-fields.tsx';
import './work.css';

interface Props {
  conversationId: string;
  questionId: string;
  input: Readonly<Record<string, unknown>>;
  schedule: SchedulePreview;
  /** With what the card shows of it. */
  onDone: (input: Record<string, unknown>, schedule: SchedulePreview) => void;
  onBack: () => void;
}

export function EditSchedule({ conversationId, questionId, input, schedule, onDone, onBack }: Props) {
  const { timezone } = useUser();
  const now = useNow();
  const [draft, setDraft] = useState(() => draftOfInput(input, timezone, now));
  const [faulty, setFaulty] = useState(false);
  const change = (part: Partial<ScheduleDraft>) => setDraft({ ...draft, ...part });
  const action = useAction(faultOf);
  const ids = { name: useId(), instruction: useId() };
  const timed = isTimed(input);
  const done = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      const next = inputOfDraft(draft, input, timezone);
      // What the server lets pass here, it takes a yes to.
      const params = { conversationId, questionId };
      const { schedule: shown } = await work.call('previewCall', { params, body: { input: next } });
      onDone(next, shown ?? schedule);
    });
  };
  return (
    <div className="work-dialog">
      <form className="edit" onSubmit={done}>
        <label htmlFor={ids.instruction}>What Claude does each time</label>
        <textarea
          id={ids.instruction}
          rows={4}
          required
          maxLength={4_000}
          autoFocus
          value={draft.instruction}
          onChange={({ target }) => change({ instruction: target.value })}
        />
        {timed && (
          <>
            <WhenFields draft={draft} faulty={faulty} change={change} />
            <Preview draft={draft} zone={timezone} conversationId={conversationId} onFault={setFaulty} />
          </>
        )}
        <label htmlFor={ids.name}>Name</label>
        <input
          id={ids.name}
          type="text"
          maxLength={100}
          required
          autoComplete="off"
          value={draft.name}
          onChange={({ target }) => change({ name: target.value })}
        />
        {timed && <Details draft={draft} change={change} />}
        <Fault text={action.fault} />
        <footer>
          <button type="submit" className="primary" disabled={action.busy || !draft.instruction.trim()}>
            {action.busy ? 'One moment' : 'Use these'}
          </button>
          <button type="button" onClick={onBack}>
            Back
          </button>
        </footer>
      </form>
    </div>
  );
}
