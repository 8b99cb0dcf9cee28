/** A question before something that cannot be taken back: what it means, and verbs that say what happens. */
import type { ReactNode } from 'react';
import type { Action } from '#web/data/use-action.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { Fault } from './section.tsx';

interface AskDialogProps {
  title: string;
  children: ReactNode;
  /** What the buttons say: leave it, do it. */
  keep: string;
  verb: string;
  action: Action;
  onVerb: () => void;
  onClose: () => void;
}

export function AskDialog({ title, children, keep, verb, action, onVerb, onClose }: AskDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Fault text={action.fault} />
      <div className="actions">
        <button type="button" autoFocus onClick={onClose}>
          {keep}
        </button>
        <button type="button" className="danger" disabled={action.busy} onClick={onVerb}>
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
