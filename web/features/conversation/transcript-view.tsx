/** The page of talk: everything said so far, what is on its way, and the reply that is being written. */
import {
  Suspense,
  type ReactElement,
  startTransition,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import type { Transcript } from '#shared/core/conversation/transcript.ts';
import { shownMessages, textOf } from '#shared/core/conversation/transcript.ts';
import type { Outgoing } from '#web/data/outbox.ts';
import { DownIcon } from '#web/ui/icons.tsx';
import { dayWords } from '#web/ui/time.ts';
import { type PageItem, pageItems } from './page-items.ts';
import { Reply } from './reply.tsx';
import { Said } from './said.tsx';
import { ByItself } from './rarely.ts';
import { StateLine } from './state-line.tsx';
import { TalkContext } from './talk-context.ts';
import { type Place, stickToEnd } from './stick-to-end.ts';

/** So many items are drawn first; the ones further up follow when the browser has time. */
const FIRST = 40;

export interface TranscriptViewProps {
  conversationId: string;
  transcript: Transcript;
  /** Said here and not in the transcript yet. */
  outgoing: ReadonlyArray<Outgoing>;
  zone: string;
  now: number;
  onRetry: (id: string) => void;
  onDelete: (id: string) => void;
  /** Writes the last turn again; undefined where that is not possible. */
  onRegenerate?: ((messageId: string) => void) | undefined;
  /** Called while the end is on screen. */
  onSeen: () => void;
}

const filesOf = (content: ReadonlyArray<ContentBlock>): FileRef[] | undefined => {
  const files = content.flatMap((block) => (block.type === 'file' ? block.file : []));
  return files.length > 0 ? files : undefined;
};

type Drawing = Pick<TranscriptViewProps, 'zone' | 'now'> & { onRegenerate?: (() => void) | undefined };

/** Elements, not a component around them: a reply must keep its place in the page when it stops being the running one. */
function draw(item: PageItem, { zone, now, onRegenerate }: Drawing): ReactElement {
  switch (item.kind) {
    case 'day':
      return (
        <h2 key={item.key} className="day">
          <time dateTime={item.at}>{dayWords(item.at, zone, now)}</time>
        </h2>
      );
    case 'said':
      return item.message.source ? (
        <Suspense key={item.key} fallback={<article className="said" />}>
          <ByItself message={item.message} runId={item.runId} />
        </Suspense>
      ) : (
        <Said
          key={item.key}
          text={textOf(item.message.content)}
          files={filesOf(item.message.content)}
          at={item.message.createdAt}
          zone={zone}
        />
      );
    case 'reply':
      return (
        <Reply
          key={item.key}
          message={item.message}
          turn={item.turn}
          zone={zone}
          onRegenerate={onRegenerate}
        />
      );
    default:
      return item satisfies never;
  }
}

export function TranscriptView(props: TranscriptViewProps) {
  const { conversationId, transcript, outgoing, zone, now, onRetry, onDelete, onRegenerate, onSeen } = props;
  const { turns, turnId, live, questions, progress } = transcript;
  const talk = useMemo(
    () => ({ id: conversationId, questions, progress, running: turnId !== null, zone, now }),
    [conversationId, questions, progress, turnId, zone, now],
  );
  const messages = useMemo(() => shownMessages(transcript), [transcript]);
  const box = useRef<HTMLDivElement>(null);
  const page = useRef<HTMLDivElement>(null);
  const stick = useRef<ReturnType<typeof stickToEnd>>(null);
  const [{ atEnd, far }, place] = useState<Place>({ atEnd: true, far: false });
  const [shown, show] = useState(FIRST);

  const items = useMemo(() => pageItems({ messages, turns, turnId }, zone), [messages, turns, turnId, zone]);
  const last = items.at(-1);
  const lastSaid = messages.findLast(({ role }) => role === 'user')?.id;

  useLayoutEffect(() => {
    if (!box.current || !page.current) return;
    const started = stickToEnd(box.current, page.current, place);
    stick.current = started;
    return started.stop;
  }, []);
  useEffect(() => {
    if (items.length > shown) startTransition(() => show(Number.POSITIVE_INFINITY));
  }, [items.length, shown]);
  useEffect(() => {
    if (atEnd) onSeen();
  }, [atEnd, onSeen]);
  // Who has just said something wants to see it, wherever they were reading.
  useEffect(() => {
    if (outgoing.length > 0) stick.current?.jump();
  }, [outgoing.length]);

  const drawn = useMemo(() => {
    const again = last?.kind === 'reply' && onRegenerate;
    const id = last?.kind === 'reply' ? (last.message?.id ?? lastSaid) : undefined;
    return items.slice(-shown).map((item) =>
      draw(item, {
        zone,
        now,
        onRegenerate: item === last && again && id ? () => again(id) : undefined,
      }),
    );
  }, [items, shown, zone, now, last, lastSaid, onRegenerate]);
  const running = turnId === null ? null : (turns[turnId] ?? null);
  // The reply that is written again goes when the new one says its first word, and not before.
  const replaced = live?.text ? running?.replaces : null;
  const sending = outgoing.some(({ state }) => state === 'sending' || state === 'taken');

  return (
    <div className="scroll" ref={box}>
      <div className="page" ref={page}>
        <TalkContext value={talk}>
          {[
            ...drawn.filter(({ key }) => key !== replaced),
            ...outgoing.map((message) => (
              <Said
                key={message.id}
                text={message.text}
                files={message.files}
                at={message.createdAt}
                zone={zone}
                delivery={
                  message.state === 'waiting' || message.state === 'sending' ? message.state : undefined
                }
                problem={
                  message.state === 'failed'
                    ? {
                        code: message.code,
                        onRetry: () => onRetry(message.id),
                        onDelete: () => onDelete(message.id),
                      }
                    : undefined
                }
              />
            )),
            running && (
              <Reply
                key={running.id}
                message={messages.find(({ id }) => id === running.id) ?? null}
                turn={running}
                live={live}
                zone={zone}
              />
            ),
          ]}
        </TalkContext>
        {!running && sending && (
          <article className="said" data-by="assistant">
            <header>
              <h2>Claude</h2>
            </header>
            <div className="body">
              <StateLine />
            </div>
          </article>
        )}
      </div>
      {far && (
        <button type="button" className="jump" onClick={() => stick.current?.jump()}>
          <DownIcon />
          Latest
        </button>
      )}
    </div>
  );
}
