/** Several approvals at once: each consequence is read first, each is decided by itself, and the count is honest. */
import { useState } from 'react';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { useAction } from '#web/data/use-action.ts';
import { decide } from '#web/features/questions/decide.ts';
import { consequenceOf } from '#web/features/questions/words.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { toast } from '#web/ui/toast.ts';

/** "2 approved, 1 had been decided or expired." */
export function countWords(approved: number, late: number, failed: number): string {
  const parts = [
    `${approved} approved`,
    ...(late > 0 ? [`${late} had been decided or expired`] : []),
    ...(failed > 0 ? [`${failed} could not be sent`] : []),
  ];
  return `${parts.join(', ')}.`;
}

export function Batch({ items, onDone }: { items: ReadonlyArray<InboxItem>; onDone: () => void }) {
  // Those that were read: what comes meanwhile is not among them.
  const [shown, show] = useState<ReadonlyArray<InboxItem> | null>(null);
  const action = useAction();
  const approveAll = async () => {
    let [approved, late, failed] = [0, 0, 0];
    for (const { conversation, question } of shown ?? []) {
      try {
        const hash = question.approval?.hash;
        await decide(conversation.id, question.id, {
          decision: 'approve',
          ...(hash === undefined ? {} : { hash }),
        });
        approved += 1;
      } catch (error) {
        if (codeOf(error) === 'question_closed') late += 1;
        else failed += 1;
      }
    }
    toast({ text: countWords(approved, late, failed) });
    show(null);
    onDone();
  };
  return (
    <div className="batch">
      <span>{items.length} approvals wait</span>
      <button type="button" onClick={() => show(items)}>
        Approve all {items.length}…
      </button>
      {shown !== null && (
        <AskDialog
          title={`Approve ${shown.length} calls`}
          keep="Decide one by one"
          verb={`Approve all ${shown.length}`}
          action={action}
          onVerb={() => void action.run(approveAll)}
          onClose={() => show(null)}
        >
          <ul>
            {shown.map(({ conversation, question }) => (
              <li key={question.id}>
                {question.approval === null ? question.title : consequenceOf(question.approval)}
                <span className="muted"> · {conversation.title ?? 'New conversation'}</span>
              </li>
            ))}
          </ul>
        </AskDialog>
      )}
    </div>
  );
}
