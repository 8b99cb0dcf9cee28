/** The conversation: its head, the page of talk, what waits, and the composer. */
import { Suspense, useCallback, useEffect, useState } from 'react';
import { emptyTranscript } from '#shared/core/conversation/transcript.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import { client } from '#web/data/app.ts';
import { useQuery } from '#web/data/use-query.ts';
import { complain } from '#web/data/complain.ts';
import { conversationQuery, markRead, meQuery } from '#web/data/conversations.ts';
import { followConversation, transcriptQuery } from '#web/data/transcripts.ts';
import { useEscape } from '#web/app/keyboard.ts';
import { go } from '#web/app/routes.ts';
import { useOutbox, useUser } from '#web/app/signed-in.ts';
import { firstWords, titleOf } from '#web/features/list/title.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { uuidv7 } from '#web/ui/uuid.ts';
import { useVisible } from '#web/ui/use-visible.ts';
import { Composer } from './composer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { useAttached } from './attached.ts';
import { useDraft } from './drafts.ts';
import { useAnswering } from './answering.ts';
import { ArchivedNote, Fault, NoteBar, Queue, Speaker } from './rarely.ts';
import { TranscriptView } from './transcript-view.tsx';

/** Without news for this long although the network is up, the page says so. */
const PATIENCE_MS = 3000;

function useFollowed(id: string, exists: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!exists) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = followConversation(id, (state) => {
      clearTimeout(timer);
      if (state === 'waiting') timer = setTimeout(() => setLate(true), PATIENCE_MS);
      else if (state !== 'connecting') setLate(false);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [id, exists]);
  return late;
}

export function ConversationPage({ id, now }: { id: string; now: number }) {
  const user = useUser();
  const { outbox, items } = useOutbox();
  const own = items.filter((item) => item.conversationId === id);
  // Started here and not on the server yet: there is nothing to ask for.
  const exists = !own.some((item) => item.creates && item.state !== 'taken');
  const { data: conversation, error: missing, refetch: again } = useQuery(conversationQuery(id), exists);
  const { data: known, error, refetch } = useQuery(transcriptQuery(id), exists);
  const { data: me } = useQuery(meQuery);
  const late = useFollowed(id, exists);
  const [text, setText] = useDraft(user.id, id);
  const attached = useAttached(user.id, id);
  const visible = useVisible();
  const transcript = known ?? emptyTranscript;
  const { turnId, queue, messages, lastSeq, questions } = transcript;
  const answering = useAnswering(questions);
  // From the first turn on that runs while the page is open there is something to read out.
  const [speaks, speak] = useState(false);
  if (turnId !== null && !speaks) speak(true);

  const unsent = own[0];
  const heading = conversation ? titleOf(conversation) : unsent ? firstWords(unsent.text) : 'Conversation';
  useTitle(heading);
  useEffect(() => {
    outbox.arrived(
      (messageId, answers) =>
        // A reply that decided a question is not a message of its own.
        (answers !== undefined && questions[answers]?.end != null) ||
        [...messages, ...queue].some((message) => message.id === messageId),
    );
  }, [outbox, messages, queue, questions]);

  const unread = conversation?.unread ?? false;
  const onSeen = useCallback(() => {
    if (visible && unread) void markRead(id, lastSeq);
  }, [visible, unread, id, lastSeq]);
  const onStop = useCallback(() => {
    client.call('stop', { params: { conversationId: id } }).catch(complain);
  }, [id]);
  const onRegenerate = useCallback(
    (messageId: string) => {
      client.call('regenerate', { params: { conversationId: id, messageId } }).catch(complain);
    },
    [id],
  );
  const onDelete = useCallback(
    (messageId: string) => {
      const item = outbox.get().find((message) => message.id === messageId);
      outbox.remove(messageId);
      if (item?.creates) go('/new', { replace: true });
    },
    [outbox],
  );
  const onSend = useCallback(
    (said: string, files: FileRef[]) =>
      outbox.add({
        id: uuidv7(),
        conversationId: id,
        text: said,
        ...(files.length === 0 ? {} : { files }),
        createdAt: new Date().toISOString(),
        creates: false,
        ...(answering.question === null ? {} : { answers: answering.question.id }),
      }),
    [outbox, id, answering.question],
  );
  useEscape(turnId === null ? null : onStop);

  const fault = missing ?? error;
  if (fault && !known) {
    return (
      <>
        <ConversationHeader summary={undefined} fallback="Conversation" />
        <Suspense fallback={null}>
          <Fault error={fault} onRetry={() => (missing ? again() : refetch())} />
        </Suspense>
      </>
    );
  }

  const running = turnId !== null;
  const archived = conversation?.status === 'archived';
  const chips = running ? own : [];
  return (
    <>
      <ConversationHeader summary={conversation} fallback={heading} />
      {late && (
        <p className="banner" role="status">
          The connection is interrupted. What you write is kept and sent when it is back.
        </p>
      )}
      {transcript.note && (
        <Suspense fallback={null}>
          <NoteBar conversationId={id} note={transcript.note} />
        </Suspense>
      )}
      {known || !exists ? (
        <TranscriptView
          conversationId={id}
          transcript={transcript}
          outgoing={running ? [] : own}
          zone={user.timezone}
          now={now}
          onRetry={outbox.retry}
          onDelete={onDelete}
          onRegenerate={archived ? undefined : onRegenerate}
          onSeen={onSeen}
        />
      ) : (
        <div className="scroll">
          <div className="page skeleton" role="status" aria-label="Loading the conversation" />
        </div>
      )}
      {speaks && (
        <Suspense fallback={null}>
          <Speaker transcript={transcript} />
        </Suspense>
      )}
      <div className="dock">
        {(queue.length > 0 || chips.length > 0) && (
          <Suspense fallback={null}>
            <Queue
              conversationId={id}
              running={running}
              waiting={queue}
              outgoing={chips}
              onRetry={outbox.retry}
              onDelete={onDelete}
            />
          </Suspense>
        )}
        {archived ? (
          <Suspense fallback={null}>
            <ArchivedNote of={conversation} />
          </Suspense>
        ) : (
          <Composer
            text={text}
            setText={setText}
            onSend={onSend}
            attached={attached}
            onStop={running ? onStop : undefined}
            placeholder={running ? 'Say more; it waits for the reply' : answering.placeholder}
            answers={answering}
            autoFocus
            model={me?.model}
          />
        )}
      </div>
    </>
  );
}
