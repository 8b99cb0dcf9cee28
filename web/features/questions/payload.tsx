/** What a yes is about, as it would be done: a schedule, a change of one and a webhook in words, anything else by its arguments. */
import { Suspense } from 'react';
import type { Approval } from '#shared/protocol/question.ts';
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { later } from '#web/ui/later.ts';
import { EditArguments } from './edit-arguments.tsx';
import { EditedChange } from './edited-change.tsx';
import { HookProposal } from './hook-proposal.tsx';
import { Proposal } from './proposal.tsx';
import { ScheduleChange } from './schedule-change.tsx';
import type { EditedChange as EditedReckoned } from './use-edited-change.ts';

const EditSchedule = later(
  () => import('#web/features/work/edit-schedule.tsx'),
  ({ EditSchedule: Component }) => Component,
);
const EditHook = later(
  () => import('#web/features/work/edit-hook.tsx'),
  ({ EditHook: Component }) => Component,
);

/** The arguments as a person changed them, with what a schedule would then do. */
export interface Edited {
  input: Record<string, unknown>;
  schedule?: SchedulePreview | undefined;
}

interface Props {
  conversationId: string;
  approval: Approval;
  edited: Edited | null;
}

interface Shown extends Props {
  /** What an edited change of a schedule would do; null for anything else. */
  reckoned: EditedReckoned | null;
  /** Many are looked at together: nothing is begun from there. */
  brief?: boolean;
}

const isHook = ({ name, from }: Approval): boolean => from === null && name === 'create_webhook';

export function Payload({ conversationId, approval, edited, reckoned, brief = false }: Shown) {
  const input = edited?.input ?? approval.input;
  const schedule = edited?.schedule ?? approval.schedule;
  if (schedule)
    return <Proposal conversationId={conversationId} input={input} schedule={schedule} brief={brief} />;
  if (isHook(approval)) return <HookProposal input={input} />;
  const { change } = approval;
  if (change && !reckoned) return <ScheduleChange input={input} change={change} />;
  if (change && reckoned)
    return <EditedChange input={input} asked={approval.input} change={change} reckoned={reckoned} />;
  return <Arguments input={input} before={edited === null ? approval.previous : approval.input} />;
}

interface Editing extends Props {
  questionId: string;
  onDone: (edited: Edited) => void;
  onBack: () => void;
}

export function EditPayload({ conversationId, questionId, approval, edited, onDone, onBack }: Editing) {
  const input = edited?.input ?? approval.input;
  const schedule = edited?.schedule ?? approval.schedule;
  const wait = <p className="muted">One moment</p>;
  if (schedule)
    return (
      <Suspense fallback={wait}>
        <EditSchedule
          conversationId={conversationId}
          questionId={questionId}
          input={input}
          schedule={schedule}
          onDone={(next, shown) => onDone({ input: next, schedule: shown })}
          onBack={onBack}
        />
      </Suspense>
    );
  if (isHook(approval))
    return (
      <Suspense fallback={wait}>
        <EditHook input={input} onDone={(next) => onDone({ input: next })} onBack={onBack} />
      </Suspense>
    );
  const fixed = approval.change ? 'id' : undefined;
  return (
    <EditArguments input={input} fixed={fixed} onDone={(next) => onDone({ input: next })} onBack={onBack} />
  );
}
