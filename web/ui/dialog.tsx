/** A modal dialog on the browser's own element: it keeps the focus inside, closes with Escape, and gives focus back. */
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import './dialog.css';

interface DialogProps {
  title: string;
  /** The title is there for screen readers only. */
  plain?: boolean;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, plain = false, className = '', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const label = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        // The page's own Escape must not act on what lies under the dialog.
        if (event.key === 'Escape') event.stopPropagation();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="inside">
        <h2 id={label} className={plain ? 'unseen' : undefined}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
