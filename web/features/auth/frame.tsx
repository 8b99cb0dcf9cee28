/** The frame of every page of the way in: the sign, a title, a line, and what there is to do. */
import type { ReactNode } from 'react';
import { Link } from '#web/ui/link.tsx';
import { useTitle } from '#web/ui/use-title.ts';
import './auth.css';

interface FrameProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}

export function Frame({ title, lead, children }: FrameProps) {
  useTitle(title);
  return (
    <main className="auth">
      <div>
        <Link href="/" aria-label="Agentic Tasks" className="sign">
          <img src="/favicon.svg" alt="" width="40" height="40" />
        </Link>
        <h1 id="title" tabIndex={-1}>
          {title}
        </h1>
        {lead && <p className="muted lead">{lead}</p>}
        {children}
      </div>
    </main>
  );
}
