/** Below the part of a list that is there: how to get more of it, and why that did not work. */
import { Fault } from './section.tsx';

interface MoreProps {
  action: { busy: boolean; fault: string | null };
  /** Null when there is no more. */
  onMore: (() => void) | null;
}

export const More = ({ action: { busy, fault }, onMore }: MoreProps) => (
  <>
    <Fault text={fault} />
    {onMore && (
      <button type="button" className="more" disabled={busy} onClick={onMore}>
        {busy ? 'One moment' : 'Show more'}
      </button>
    )}
  </>
);
