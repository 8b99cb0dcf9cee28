/** A part of a settings page: a heading, a line that says what it is for, and its content. */
import { type ReactNode, useId } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';

interface SectionProps {
  title: string;
  lead?: ReactNode;
  /** What stands at the end of the heading's line, such as a button that adds something. */
  aside?: ReactNode;
  children?: ReactNode;
}

export function Section({ title, lead, aside, children }: SectionProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        {aside}
      </header>
      {lead && <p className="muted">{lead}</p>}
      {children}
    </section>
  );
}

/** Why something did not work; nothing while nothing did not. */
export const Fault = ({ text }: { text: string | null }) =>
  text === null ? null : (
    <p className="danger" role="alert">
      {text}
    </p>
  );

interface LoadingProps {
  error: Error | null;
  refetch: () => void;
  label: string;
}

/**
 * In place of data that is not there: it is on the way, or could not be had. What came and cannot be read has words that a
 * newer release knows; to ask again would bring the same.
 */
export function Loading({ error, refetch, label }: LoadingProps) {
  if (error instanceof ProblemError && error.code === 'bad_reply' && error.status < 400)
    return (
      <p role="alert">
        This page is older than the app and cannot read the {label}.{' '}
        <button type="button" className="link" onClick={() => location.reload()}>
          Reload
        </button>
      </p>
    );
  if (!error) return <div className="skeleton" role="status" aria-label={`Loading ${label}`} />;
  return (
    <p role="alert">
      The {label} could not be loaded.{' '}
      <button type="button" className="link" onClick={refetch}>
        Try again
      </button>
    </p>
  );
}
