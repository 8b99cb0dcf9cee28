/** What one conversation does by itself: its schedules, its webhooks, and everything that ran. */
import { useEffect, useState } from 'react';
import type { ReplyOf } from '#shared/client/client.ts';
import { conversationPath, go, runPath } from '#web/app/routes.ts';
import { conversationQuery } from '#web/data/conversations.ts';
import { renew, useFresh } from '#web/data/security.ts';
import { useQuery } from '#web/data/use-query.ts';
import { noteQuery, schedulesQuery, webhooksQuery } from '#web/data/work.ts';
import { titleOf } from '#web/features/list/title.ts';
import { NoteBar } from '#web/features/conversation/note-bar.tsx';
import { Loading, Section } from '#web/features/settings/section.tsx';
import { BackIcon, PlusIcon } from '#web/ui/icons.tsx';
import { Link } from '#web/ui/link.tsx';
import { Status } from '#web/ui/status-dot.tsx';
import { useTitle } from '#web/ui/use-title.ts';
import { RemovedSchedules } from './removed-schedules.tsx';
import { Runs } from './runs.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { ScheduleItem } from './schedule-item.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookItem } from './webhook-item.tsx';
import '#web/features/settings/settings.css';
import '#web/features/settings/settings-dialogs.css';
import './work.css';

/** Whatever changed in the conversation may have changed this; its stream tells by the version. */
function useCurrent(id: string, rev: number | undefined) {
  useEffect(() => {
    if (rev === undefined) return;
    void renew(schedulesQuery(id));
    void renew(webhooksQuery(id));
    void renew(noteQuery(id));
  }, [id, rev]);
}

export function WorkPage({ id }: { id: string }) {
  const { data: conversation } = useQuery(conversationQuery(id));
  const schedules = useFresh(schedulesQuery(id));
  const webhooks = useFresh(webhooksQuery(id));
  const note = useFresh(noteQuery(id));
  const [adding, add] = useState<'schedule' | 'webhook' | null>(null);
  const [made, setMade] = useState<ReplyOf<'createWebhook'> | null>(null);
  const title = conversation ? titleOf(conversation) : 'Conversation';
  const archived = conversation?.status === 'archived';
  useCurrent(id, conversation?.rev);
  useEffect(() => {
    // Where runs had no page of their own, a place on this one was theirs.
    const [, runId] = /^#run-([0-9a-f-]{36})$/.exec(location.hash) ?? [];
    if (runId !== undefined) go(runPath(id, runId), { replace: true });
  }, [id]);
  useTitle(`${title}: works by itself`);
  return (
    <>
      <header className="head">
        <Link href={conversationPath(id)} className="quiet button" aria-label="Back to the conversation">
          <BackIcon />
        </Link>
        <h1 id="title" tabIndex={-1}>
          {title}
        </h1>
        {conversation && <Status of={conversation} />}
      </header>
      <div className="scroll">
        <div className="work">
          <Section title="Note" lead="What this conversation carries from run to run.">
            {note.data ? (
              <NoteBar conversationId={id} note={note.data.note} whole />
            ) : (
              <Loading error={note.error} refetch={note.refetch} label="note" />
            )}
          </Section>
          <Section
            title="Schedules"
            lead="When Claude works here without being asked. It uses the same tools, and asks you the same way."
            aside={
              <button type="button" disabled={archived} onClick={() => add('schedule')}>
                <PlusIcon />
                New schedule
              </button>
            }
          >
            {!schedules.data ? (
              <Loading error={schedules.error} refetch={schedules.refetch} label="schedules" />
            ) : schedules.data.items.length === 0 ? (
              <p className="blank-line">
                {schedules.data.removed === true ? 'None now' : 'None yet'}. Make one here, or tell Claude:
                “every weekday at 8, look for …”.
              </p>
            ) : (
              <ul className="items">
                {schedules.data.items.map((schedule) => (
                  <ScheduleItem key={schedule.id} schedule={schedule} />
                ))}
              </ul>
            )}
            {schedules.data?.removed === true && (
              <RemovedSchedules conversationId={id} rev={conversation?.rev} />
            )}
          </Section>
          <Section
            title="Webhooks"
            lead="What outside may start work here. What arrives is read as text from outside, never as your words."
            aside={
              <button type="button" disabled={archived} onClick={() => add('webhook')}>
                <PlusIcon />
                New webhook
              </button>
            }
          >
            {!webhooks.data ? (
              <Loading error={webhooks.error} refetch={webhooks.refetch} label="webhooks" />
            ) : webhooks.data.items.length === 0 ? (
              <p className="blank-line">None yet.</p>
            ) : (
              <ul className="items">
                {webhooks.data.items.map((webhook) => (
                  <WebhookItem key={webhook.id} webhook={webhook} />
                ))}
              </ul>
            )}
          </Section>
          <Section title="Runs" lead="Everything that ran here, newest first, with what set it off.">
            <Runs conversationId={id} rev={conversation?.rev} />
          </Section>
        </div>
      </div>
      {adding === 'schedule' && (
        <ScheduleForm conversationId={id} schedule={null} onClose={() => add(null)} />
      )}
      {adding === 'webhook' && (
        <WebhookForm conversationId={id} webhook={null} onMade={setMade} onClose={() => add(null)} />
      )}
      {made !== null && <SecretDialog made={made} onClose={() => setMade(null)} />}
    </>
  );
}
