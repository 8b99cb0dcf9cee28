/** Everything that waits for the person, over all conversations, oldest first; decided in place. */
import { useRef, useState } from 'react';
import type { InboxItem } from '#shared/protocol/tool-calls.ts';
import { useUser } from '#web/app/signed-in.ts';
import { withSettled } from '#web/data/inbox.ts';
import { useFresh } from '#web/data/security.ts';
import { inboxQuery } from '#web/data/tools.ts';
import { Loading } from '#web/features/settings/section.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { Batch } from './batch.tsx';
import { SettledItem, WaitingItem } from './inbox-item.tsx';
import { NewsList } from '#web/features/news/news.tsx';
import { useInboxKeys } from './use-inbox-keys.ts';
import '#web/features/settings/settings.css';
import './inbox.css';

const isApproval = ({ question }: InboxItem) => question.approval !== null;

/** `waiting` is what the shell counts, too: undefined while nothing is known. */
export function InboxPage({ waiting }: { waiting: InboxItem[] | undefined }) {
  const { timezone } = useUser();
  const now = useNow();
  useTitle('Inbox');
  const { data, error, refetch } = useFresh(inboxQuery);
  const [opened, setOpened] = useState<ReadonlyArray<InboxItem>>([]);
  const [armed, arm] = useState({ id: '', times: 0 });
  const list = useRef<HTMLUListElement>(null);
  const toggle = (item: InboxItem, open: boolean) => {
    const others = opened.filter(({ question }) => question.id !== item.question.id);
    setOpened(open ? [...others, item] : others);
    if (!open && armed.id === item.question.id) arm({ id: '', times: 0 });
  };
  useInboxKeys(list, (id) => {
    const item = waiting?.find(({ question }) => question.id === id);
    if (item) toggle(item, true);
    arm(({ times }) => ({ id, times: times + 1 }));
  });
  const items = waiting && withSettled(waiting, opened);
  const open = new Set(opened.map(({ question }) => question.id));
  const waits = new Set(waiting?.map(({ question }) => question.id));
  const approvals = waiting?.filter(isApproval) ?? [];
  return (
    <div className="scroll">
      <div className="inbox">
        <h1 id="title" tabIndex={-1}>
          Inbox
        </h1>
        {!data && (error || !items?.length) && (
          <Loading error={error} refetch={refetch} label="whole inbox" />
        )}
        {approvals.length > 1 && <Batch items={approvals} onDone={refetch} />}
        <ul ref={list}>
          {items?.map((item) => {
            const { id } = item.question;
            return waits.has(id) ? (
              <WaitingItem
                key={id}
                item={item}
                now={now}
                zone={timezone}
                open={open.has(id)}
                armed={armed.id === id ? armed.times : 0}
                onToggle={(isOpen) => toggle(item, isOpen)}
              />
            ) : (
              <SettledItem key={id} item={item} />
            );
          })}
        </ul>
        {data && waiting?.length === 0 && (
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
        <NewsList />
      </div>
    </div>
  );
}
