/** The last page of an account: how far its deletion has come, and what was removed. Needs nobody to be signed in. */
import { useEffect, useState } from 'react';
import { codeOf } from '#shared/client/problem-error.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { deletionQuery, renew } from '#web/data/security.ts';
import { useQuery } from '#web/data/use-query.ts';
import { Link } from '#web/ui/link.tsx';
import { Frame } from './frame.tsx';
import { removedWords } from './removed-words.ts';

/** Often enough to look live, seldom enough for a limit on requests. */
const ASK_EVERY_MS = 1_000;
/** The record is written a moment after the deletion was asked for: only then is "unknown" an answer. */
const WRITTEN_AFTER_MS = 20_000;

export function GoodbyePage({ id }: { id: string }) {
  const query = deletionQuery(id);
  const { data: deletion, error, refetch } = useQuery(query);
  const done = deletion?.state === 'done';
  const missing = codeOf(error) === 'not_found';
  const [since] = useState(() => Date.now());
  const [unknown, setUnknown] = useState(false);
  useEffect(() => {
    if (done || unknown) return;
    const timer = setInterval(() => {
      if (missing && Date.now() - since > WRITTEN_AFTER_MS) setUnknown(true);
      else void renew(deletionQuery(id));
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [done, unknown, missing, since, id]);

  if (unknown && !deletion) {
    return (
      <Frame title="Nothing is known of this deletion" lead="Its record is kept for a while only.">
        <p>
          <Link href="/sign-up">Create an account</Link>
        </p>
      </Frame>
    );
  }
  const lines = removedWords(deletion?.removed ?? {});
  return (
    <Frame
      title={done ? 'Everything is gone' : 'Your account is being deleted'}
      lead={
        done
          ? 'Your account is deleted. Nothing of it is left here but the note that it happened, without your name.'
          : 'You can close this page: it goes on by itself.'
      }
    >
      {error && !missing && !done && (
        <p className="danger" role="alert">
          {describe(error)}{' '}
          <button type="button" className="link" onClick={refetch}>
            Try again
          </button>
        </p>
      )}
      <div role="status" aria-label={done ? 'What was removed' : 'What was removed so far'}>
        {lines.length > 0 && (
          <ul className="removed">
            {lines.map(([what, count]) => (
              <li key={what}>
                <span>{what}</span>
                <b>{count}</b>
              </li>
            ))}
          </ul>
        )}
        {!done && <progress aria-label="Deleting" />}
      </div>
      {done && (
        <p>
          You are welcome back at any time: <Link href="/sign-up">create an account</Link>.
        </p>
      )}
    </Frame>
  );
}
