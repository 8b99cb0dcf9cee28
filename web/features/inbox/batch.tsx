/**
 * Several approvals at once: every call is read whole first (lists cut long arguments), each is decided by itself with the
 * hash of what was shown, and the count is honest.
 */
import { useEffect, useState } from 'react';
import type { Question } from '#shared/protocol/question.ts';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { tools } from '#web/data/tools.ts';
import { type Action, useAction } from '#web/data/use-action.ts';
import { decide } from '#web/features/questions/decide.ts';
import { Payload } from '#web/features/questions/payload.tsx';
import { consequenceOf, outsideWords } from '#web/features/questions/words.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { toast } from '#web/ui/toast.ts';

/** "2 approved, 1 had been decided or expired." */
function countWords(approved: number, late: number, failed: number): string {
  const parts = [
    `${approved} approved`,
    ...(late > 0 ? [`${late} had been decided or expired`] : []),
    ...(failed > 0 ? [`${failed} could not be sent`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** An approval as it stands on the server, with nothing cut. */
interface Whole {
  conversation: InboxItem['conversation'];
  question: Question;
}

/** Those that still wait, whole. Throws like a call: what was not read cannot be approved. */
async function readWhole(items: ReadonlyArray<InboxItem>): Promise<Whole[]> {
  const read = await Promise.all(
    items.map(async ({ conversation, question }) => {
      const params = { conversationId: conversation.id, questionId: question.id };
      try {
        return { conversation, question: (await tools.call('getQuestion', { params })).question };
      } catch (error) {
        if (codeOf(error) === 'not_found') return null;
        throw error;
      }
    }),
  );
  return read.filter((each) => each !== null);
}

function Call({ of: { conversation, question } }: { of: Whole }) {
  const { approval } = question;
  const outside = approval && outsideWords(approval);
  return (
    <li>
      <h3>{approval === null ? question.title : consequenceOf(approval)}</h3>
      <p className="muted">{conversation.title ?? 'New conversation'}</p>
      {outside && <p className="waiting">Read before this: {outside}</p>}
      {approval && (
        <Payload conversationId={conversation.id} approval={approval} edited={null} reckoned={null} brief />
      )}
    </li>
  );
}

interface AllProps {
  items: ReadonlyArray<InboxItem>;
  onClose: () => void;
  onDone: () => void;
}

async function approveEach(shown: readonly Whole[]): Promise<string> {
  let [approved, late, failed] = [0, 0, 0];
  for (const { conversation, question } of shown) {
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
  return countWords(approved, late, failed);
}

/** Reads them once: what comes while it is open is not among them. */
function useWhole(items: ReadonlyArray<InboxItem>, action: Action): readonly Whole[] | null {
  const [shown, show] = useState<readonly Whole[] | null>(null);
  useEffect(() => {
    void action.run(async () => show(await readWhole(items)));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once
  }, []);
  return shown;
}

function All({ items, onClose, onDone }: AllProps) {
  const reading = useAction();
  const action = useAction();
  const shown = useWhole(items, reading);
  const count = shown?.length ?? items.length;
  const approveAll = async () => {
    toast({ text: await approveEach(shown ?? []) });
    onClose();
    onDone();
  };
  return (
    <Dialog
      title={count === 1 ? 'Approve 1 call' : `Approve ${count} calls`}
      className="all"
      onClose={onClose}
    >
      {shown === null && !reading.fault && <div className="skeleton" role="status" aria-label="Loading" />}
      {shown !== null && shown.length > 0 && (
        <ul tabIndex={0} aria-label="What will be done">
          {shown.map((each) => (
            <Call key={each.question.id} of={each} />
          ))}
        </ul>
      )}
      {shown?.length === 0 && <p>All of these were decided meanwhile. Nothing waits here.</p>}
      <Fault text={reading.fault ?? action.fault} />
      <div className="actions">
        <button type="button" autoFocus onClick={onClose}>
          Decide one by one
        </button>
        <button
          type="button"
          className="danger"
          disabled={action.busy || count === 0 || shown === null}
          onClick={() => void action.run(approveAll)}
        >
          Approve all {count}
        </button>
      </div>
    </Dialog>
  );
}

export function Batch({ items, onDone }: { items: ReadonlyArray<InboxItem>; onDone: () => void }) {
  const [shown, show] = useState<ReadonlyArray<InboxItem> | null>(null);
  return (
    <div className="batch">
      <span>{items.length} approvals wait</span>
      <button type="button" onClick={() => show(items)}>
        Approve all {items.length}…
      </button>
      {shown !== null && <All items={shown} onClose={() => show(null)} onDone={onDone} />}
    </div>
  );
}
