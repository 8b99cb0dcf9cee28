/** What a person said: their words as they typed them. */
import { memo, Suspense } from 'react';
import type { FileRef } from '#shared/protocol/file.ts';
import { Refused } from '#web/features/conversation/rarely.ts';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { SentFiles } from './attaching.ts';
import { fullTime, timeOfDay } from '#web/ui/time.ts';

export interface SaidProps {
  text: string;
  files?: readonly FileRef[] | undefined;
  at: string;
  zone: string;
  /** Where it is until the server has it. */
  delivery?: 'sending' | 'waiting' | undefined;
  /** Why the server refused it, and what to do. */
  problem?: { code: string | null; onRetry: () => void; onDelete: () => void } | undefined;
}

export const Said = memo(({ text, files, at, zone, delivery, problem }: SaidProps) => (
  <article className="said" data-by="user">
    <header>
      <h2>You</h2>
      <time dateTime={at} title={fullTime(at, zone)}>
        {timeOfDay(at, zone)}
      </time>
    </header>
    <div className="body">
      <p className="plain">{text}</p>
      {files && (
        <Suspense fallback={null}>
          <SentFiles files={files} />
        </Suspense>
      )}
      {problem && (
        <Suspense fallback={null}>
          <Refused {...problem} />
        </Suspense>
      )}
      {!problem && (
        // The row is always there, so that what it says does not move the page.
        <footer>
          {delivery && (
            <span className="late">
              {delivery === 'sending' ? 'Sending' : 'Not sent yet. It goes out when the connection is back.'}
            </span>
          )}
          {!delivery && <CopyButton text={text} label="Copy message" />}
        </footer>
      )}
    </div>
  </article>
));
