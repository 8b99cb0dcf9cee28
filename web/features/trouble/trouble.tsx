/** What is shown when something goes wrong: loaded when it first does, or when somebody begins to write. */
import { useEffect, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import type { TurnView } from '#shared/core/conversation/transcript.ts';
import { describe, sentenceFor } from '#web/data/problem-sentences.ts';
import { Link } from '#web/ui/link.tsx';
import { markOf, retryWords } from './turn-words.ts';
import './trouble.css';

/** A view that could not be read: why, and the way on. */
export function Fault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const gone = ['not_found', 'gone'].includes(codeOf(error) ?? '');
  return (
    <div className="notice" role="alert">
      <p>{gone ? 'This conversation does not exist, was deleted, or is not yours.' : describe(error)}</p>
      {gone ? (
        <Link href="/new" className="button">
          Start a new one
        </Link>
      ) : (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A message that the server refused. */
export function Refused(props: { code: string | null; onRetry: () => void; onDelete: () => void }) {
  return (
    <div className="mark" data-tone="danger" role="alert">
      <span>{sentenceFor(props.code ?? 'internal')}</span>
      <button type="button" className="link" onClick={props.onRetry}>
        Retry
      </button>
      <button type="button" className="link" onClick={props.onDelete}>
        Delete
      </button>
    </div>
  );
}

interface TurnMarkProps {
  turn: TurnView;
  /** Something was written before the end. */
  wrote: boolean;
  onRegenerate?: (() => void) | undefined;
}

/** How a turn ended when it did not simply end. */
export function TurnMark({ turn, wrote, onRegenerate }: TurnMarkProps) {
  const mark = markOf(turn, wrote);
  if (!mark) return null;
  return (
    <div className="mark" data-tone={mark.tone}>
      <span>{mark.text}</span>
      {onRegenerate && mark.tone === 'danger' && (
        <button type="button" className="link" onClick={onRegenerate}>
          Retry
        </button>
      )}
    </div>
  );
}

/** The reason for another try, and the time until then. Give it the instant as `key`: it counts down to one only. */
export function Retrying({ retry }: { retry: NonNullable<TurnView['retry']> }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return retryWords(retry.code, Math.max(0, Math.ceil((Date.parse(retry.retryAt) - now) / 1000)));
}
