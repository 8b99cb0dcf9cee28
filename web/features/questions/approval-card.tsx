/** The yes to one exact call: consequence first, the payload next, then verbs that say what happens. */
import { useState } from 'react';
import { setsUpWork } from '#shared/core/tools/sets-up.ts';
import type { Approval, Question } from '#shared/protocol/question.ts';
import type { AnswerQuestion, RuleBounds } from '#shared/protocol/question-requests.ts';
import { useAction } from '#web/data/use-action.ts';
import { AlwaysForm } from './always.tsx';
import { decide, lateWords } from './decide.ts';
import { Expiry } from './expiry.tsx';
import { cardId, lookAtCard } from './look-at-card.ts';
import { type Edited, EditPayload, Payload } from './payload.tsx';
import { useEditedChange } from './use-edited-change.ts';
import { consequenceOf, outsideWords, reasonWords, verbsOf } from './words.ts';

interface Props {
  conversationId: string;
  question: Question;
  approval: Approval;
  now: number;
}

type Mode = 'look' | 'edit' | 'reject' | 'always';

export function ApprovalCard({ conversationId, question, approval, now }: Props) {
  const [mode, setMode] = useState<Mode>('look');
  const [edited, setEdited] = useState<Edited | null>(null);
  const [reason, setReason] = useState('');
  const action = useAction(lateWords);
  const head = cardId(question.id);
  // What it would do as it was changed, not as it was asked for.
  const schedule = edited?.schedule ?? approval.schedule;
  const input = edited?.input ?? approval.input;
  const shown: Approval = { ...approval, input, ...(schedule ? { schedule } : {}) };
  const reckoned = useEditedChange(
    conversationId,
    question.id,
    approval.change && edited ? edited.input : null,
  );
  // Nobody says yes to what they cannot see, or to what could not be done.
  const isSeen = reckoned === null || reckoned.isKnown;
  const { yes, no } = verbsOf(shown);
  const outside = outsideWords(approval);
  const send = (body: AnswerQuestion) => void action.run(() => decide(conversationId, question.id, body));
  const approve = (always?: RuleBounds, alwaysOpen: string[] = []) =>
    send({
      decision: 'approve',
      hash: approval.hash,
      ...(edited === null ? {} : { input: edited.input }),
      ...(always === undefined ? {} : { always, alwaysOpen }),
    });
  const back = (
    <button type="button" onClick={() => setMode('look')}>
      Back
    </button>
  );
  return (
    <section className="card" data-risk={approval.risk} aria-labelledby={head}>
      <header>
        <p className="muted">Claude needs your yes</p>
        <h3 id={head} tabIndex={-1}>
          {consequenceOf(shown)}
        </h3>
        <p className="muted">{reasonWords(approval.reason)}</p>
        {outside !== null && <p className="outside">Read before this: {outside}</p>}
      </header>
      {mode === 'edit' ? (
        <EditPayload
          conversationId={conversationId}
          questionId={question.id}
          approval={approval}
          edited={edited}
          onDone={(next) => {
            setEdited(next);
            setMode('look');
            // The button that was pressed is gone: who goes on by keyboard goes on from here.
            lookAtCard(question.id);
          }}
          onBack={() => setMode('look')}
        />
      ) : (
        <Payload conversationId={conversationId} approval={approval} edited={edited} reckoned={reckoned} />
      )}
      {mode === 'always' && (
        <AlwaysForm
          approval={approval}
          input={input}
          now={now}
          busy={action.busy}
          onGrant={approve}
          onBack={() => setMode('look')}
        />
      )}
      {mode === 'reject' && (
        <label className="reason">
          Why not? Claude is told.
          <textarea rows={2} value={reason} autoFocus onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
      {action.fault && (
        <p className="danger" role="alert">
          {action.fault}
        </p>
      )}
      {mode === 'look' && (
        <footer>
          <button
            type="button"
            className="primary"
            disabled={action.busy || !isSeen}
            onClick={() => approve()}
          >
            {action.busy ? 'One moment' : edited === null ? yes : `${yes}, as edited`}
          </button>
          <button type="button" disabled={action.busy} onClick={() => setMode('edit')}>
            Edit first
          </button>
          <button type="button" disabled={action.busy} onClick={() => setMode('reject')}>
            {no}
          </button>
          {!setsUpWork(approval) && (
            <button type="button" className="link" disabled={action.busy} onClick={() => setMode('always')}>
              Always, within bounds
            </button>
          )}
          <Expiry at={question.expiresAt} now={now} />
        </footer>
      )}
      {mode === 'reject' && (
        <footer>
          <button
            type="button"
            className="primary"
            disabled={action.busy}
            onClick={() => send({ decision: 'reject', ...(reason.trim() ? { reason: reason.trim() } : {}) })}
          >
            {action.busy ? 'One moment' : no}
          </button>
          {back}
        </footer>
      )}
    </section>
  );
}
