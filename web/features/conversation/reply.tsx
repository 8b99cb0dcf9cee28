/** One reply: what was written, what is being written, how it ended, and what can be done with it. */
import { memo, Suspense, useState } from 'react';
import {
  type LiveText,
  textOf,
  type TranscriptMessage,
  type TurnView,
} from '#shared/core/conversation/transcript.ts';
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import { Markdown } from '#web/features/markdown/markdown.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { AgainIcon } from '#web/ui/icons.tsx';
import { fullTime, timeOfDay } from '#web/ui/time.ts';
import { QuestionCard, Rehearsed, ToolCall, TurnMark, TurnMeta } from './rarely.ts';
import { StateLine } from './state-line.tsx';

const Thought = ({ text, live }: { text: string; live: boolean }) => (
  <details className="thought">
    <summary>{live ? 'Thinking' : 'Thought for a moment'}</summary>
    <p className="plain">{text}</p>
  </details>
);

/** The blocks on the page; the live text stands where its finished block will, so that nothing jumps when it ends. */
function blocksOf(content: ReadonlyArray<ContentBlock>, live: LiveText | null) {
  const done = content.map((block) => ({ block, live: false }));
  if (!live) return done;
  const { thinking, text } = live;
  return [
    ...done,
    ...(thinking ? [{ block: { type: 'thinking', text: thinking } as const, live: text === '' }] : []),
    ...(text ? [{ block: { type: 'text', text } as const, live: true }] : []),
  ];
}

export interface ReplyProps {
  message: TranscriptMessage | null;
  turn: TurnView | null;
  live?: LiveText | null;
  zone: string;
  /** Set on the last reply, when it can be written again. */
  onRegenerate?: (() => void) | undefined;
}

export const Reply = memo(({ message, turn, live = null, zone, onRegenerate }: ReplyProps) => {
  // What it cost and took is told to those who come near.
  const [asked, ask] = useState(false);
  const running = turn !== null && turn.ended === null;
  const content = message?.content ?? [];
  const text = textOf(content);
  // A turn that waits has its card.
  const marked = turn?.ended && turn.ended.outcome !== 'completed' && turn.ended.outcome !== 'waiting';
  const at = turn?.ended?.at ?? message?.createdAt ?? turn?.startedAt ?? '';
  return (
    <article
      className="said"
      data-by="assistant"
      aria-busy={running}
      onPointerEnter={() => ask(true)}
      onFocus={() => ask(true)}
    >
      <header>
        <h2>Claude</h2>
        {at && (
          <time dateTime={at} title={fullTime(at, zone)}>
            {timeOfDay(at, zone)}
          </time>
        )}
      </header>
      <div className="body">
        {blocksOf(content, live).map(({ block, live: growing }, index) => {
          switch (block.type) {
            case 'text':
              return <Markdown key={index} text={block.text} live={growing} />;
            case 'thinking':
              return <Thought key={index} text={block.text} live={growing} />;
            case 'tool_use':
              return (
                <Suspense key={index} fallback={null}>
                  <ToolCall call={block} content={content} />
                </Suspense>
              );
            case 'question':
              return (
                <Suspense key={index} fallback={null}>
                  <QuestionCard questionId={block.questionId} />
                </Suspense>
              );
            default:
              // A result is drawn with its call.
              return null;
          }
        })}
        {running && (
          <StateLine
            retry={live ? null : turn.retry}
            writing={live?.text !== undefined && live.text !== ''}
          />
        )}
        {turn?.rehearsal !== undefined && turn.ended && turn.ended.outcome !== 'waiting' && (
          <Suspense fallback={null}>
            <Rehearsed runId={turn.rehearsal} turnId={turn.id} />
          </Suspense>
        )}
        {marked && (
          <Suspense fallback={null}>
            <TurnMark turn={turn} wrote={text !== ''} onRegenerate={onRegenerate} />
          </Suspense>
        )}
        {!running && (
          <footer>
            {text && <CopyButton text={text} label="Copy reply" />}
            {onRegenerate && (
              <button
                type="button"
                className="quiet"
                aria-label="Write this reply again"
                title="Write this reply again"
                onClick={onRegenerate}
              >
                <AgainIcon />
              </button>
            )}
            {asked && turn?.ended && (
              <Suspense fallback={null}>
                <TurnMeta turn={turn} ended={turn.ended} />
              </Suspense>
            )}
          </footer>
        )}
      </div>
    </article>
  );
});
