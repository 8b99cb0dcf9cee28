/** Everything that waits for the person, over all conversations, oldest first; decided in place. */
import { useEffect, useMemo, useState } from 'react';
import type { Question } from '#shared/protocol/question.ts';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { listQuery } from '#web/data/conversations.ts';
import { useFresh } from '#web/data/security.ts';
import { inboxQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { useQuery } from '#web/data/use-query.ts';
import { TalkContext } from '#web/features/conversation/talk-context.ts';
import { QuestionCard } from '#web/features/questions/question-card.tsx';
import { askWords } from '#web/features/questions/words.ts';
import { Fault, Loading } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { Link } from '#web/ui/link.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { Batch } from './batch.tsx';
import '#web/features/settings/settings.css';
import './inbox.css';

/** The question with its arguments whole: lists cut them. */
function Open({ item, now, zone }: { item: InboxItem; now: number; zone: string }) {
  const { conversation, question } = item;
  const [whole, setWhole] = useState<Question | null>(null);
  const action = useAction();
  useEffect(() => {
    const ask = async () => {
      const params = { conversationId: conversation.id, questionId: question.id };
      setWhole((await tools.call('getQuestion', { params })).question);
    };
    void action.run(ask);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once for each question
  }, [conversation.id, question.id]);
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
      <Fault text={action.fault} />
      {whole !== null && <QuestionCard questionId={whole.id} />}
    </TalkContext>
  );
}

function Item({ item, now, zone }: { item: InboxItem; now: number; zone: string }) {
  const [open, setOpen] = useState(false);
  const { conversation, question } = item;
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <b>{askWords(question)}</b>
          <span className="muted">
            {conversation.title ?? 'New conversation'} · {agoWords(question.askedAt, zone, now)}
          </span>
        </summary>
        {open && <Open item={item} now={now} zone={zone} />}
        {open && (
          <p>
            <Link href={conversationPath(conversation.id)}>Open the conversation</Link>
          </p>
        )}
      </details>
    </li>
  );
}

export function InboxPage() {
  const { timezone } = useUser();
  const now = useNow();
  useTitle('Inbox');
  const { data, error, refetch } = useFresh(inboxQuery);
  // The user's stream keeps the list of conversations: when what waits there changes, this is asked for anew.
  const list = useQuery(listQuery('active', '')).data;
  const waiting = list?.items.flatMap(({ questions }) => questions.map(({ id }) => id)).join(' ') ?? '';
  useEffect(() => {
    refetch();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `refetch` is new each time, and means the same
  }, [waiting]);
  const items = data?.items ?? [];
  const approvals = items.filter(({ question }) => question.approval !== null);
  return (
    <div className="scroll">
      <div className="inbox">
        <h1 id="title" tabIndex={-1}>
          Inbox
        </h1>
        {!data && <Loading error={error} refetch={refetch} label="inbox" />}
        {data && items.length === 0 && (
          <div className="blank">
            <p>
              <b>Nothing waits for you</b>
            </p>
            <p className="muted">
              When Claude needs an answer or a yes, in any conversation, it stands here. Nothing goes out
              before you have said yes.
            </p>
          </div>
        )}
        {approvals.length > 1 && <Batch items={approvals} onDone={refetch} />}
        <ul>
          {items.map((item) => (
            <Item key={item.question.id} item={item} now={now} zone={timezone} />
          ))}
        </ul>
      </div>
    </div>
  );
}
