/** One thing that waits: what is asked in a sentence, where, since when and until when; the card itself when opened. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Question } from '#shared/protocol/question.ts';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { conversationPath } from '#web/app/routes.ts';
import { tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { TalkContext } from '#web/features/conversation/talk-context.ts';
import { Expiry } from '#web/features/questions/expiry.tsx';
import { QuestionCard } from '#web/features/questions/question-card.tsx';
import { askWords } from '#web/features/questions/words.ts';
import { agoWords } from '#web/features/settings/when.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime } from '#web/ui/time.ts';

interface OpenProps {
  item: InboxItem;
  now: number;
  zone: string;
  /** How often A was pressed here: each time the focus goes to the button that says yes, as soon as it is there. */
  armed: number;
}

const late = (error: unknown) =>
  codeOf(error) === 'not_found' ? 'This was decided elsewhere, or has expired. Nothing more was done.' : null;

/** The question with its arguments whole: lists cut them. */
function Open({ item, now, zone, armed }: OpenProps) {
  const { conversation, question } = item;
  const [whole, setWhole] = useState<Question | null>(null);
  const action = useAction(late);
  const card = useRef<HTMLDivElement>(null);
  const ask = () =>
    action.run(async () => {
      const params = { conversationId: conversation.id, questionId: question.id };
      setWhole((await tools.call('getQuestion', { params })).question);
    });
  useEffect(() => {
    void ask();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once for each question
  }, [conversation.id, question.id]);
  useEffect(() => {
    if (armed > 0 && whole) card.current?.querySelector<HTMLElement>('footer .primary')?.focus();
  }, [armed, whole]);
  const talk = useMemo(
    () => ({
      id: conversation.id,
      questions: whole === null ? {} : { [whole.id]: { question: whole, end: null, closedAt: null } },
      progress: {},
      running: false,
      zone,
      now,
    }),
    [conversation.id, whole, zone, now],
  );
  return (
    <TalkContext value={talk}>
      {action.fault && (
        <p className="danger" role="alert">
          {action.fault}{' '}
          <button type="button" className="link" onClick={() => void ask()}>
            Try again
          </button>
        </p>
      )}
      <div ref={card}>
        {whole !== null && <QuestionCard questionId={whole.id} />}
        {whole === null && action.busy && <div className="skeleton" role="status" aria-label="Loading" />}
      </div>
    </TalkContext>
  );
}

interface ItemProps extends OpenProps {
  open: boolean;
  onToggle: (open: boolean) => void;
}

export function WaitingItem({ item, now, zone, open, armed, onToggle }: ItemProps) {
  const { conversation, question } = item;
  const title = conversation.title ?? 'New conversation';
  return (
    <li>
      <details open={open} onToggle={(event) => onToggle(event.currentTarget.open)}>
        <summary data-row data-approval={question.approval ? question.id : undefined}>
          <h2>{askWords(question)}</h2>
          <span className="muted">
            {title} ·{' '}
            <time dateTime={question.askedAt} title={fullTime(question.askedAt, zone)}>
              asked {agoWords(question.askedAt, zone, now)}
            </time>
            <span className="until">
              {' · '}
              <Expiry at={question.expiresAt} now={now} />
            </span>
          </span>
        </summary>
        {open && (
          <>
            <Open item={item} now={now} zone={zone} armed={armed} />
            <p>
              <Link href={conversationPath(conversation.id)}>Open the conversation</Link>
            </p>
          </>
        )}
      </details>
    </li>
  );
}

/** It was open here when it ceased to wait: one line in its place, so that the next card does not move under the hand. */
export function SettledItem({ item: { conversation, question } }: { item: InboxItem }) {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // The focus was on a button that is no more.
    if (document.activeElement === document.body) line.current?.querySelector('a')?.focus();
  }, []);
  return (
    <li ref={line} className="settled" role="status">
      <h2>{askWords(question)}</h2>
      <span className="muted">
        No longer waits for you ·{' '}
        <Link href={conversationPath(conversation.id)} data-row="">
          see what became of it
        </Link>
      </span>
    </li>
  );
}
